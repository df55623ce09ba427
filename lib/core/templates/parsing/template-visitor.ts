import Handlebars from 'handlebars';

/** Visits the nodes of a template's syntax tree; a subclass overrides the kinds of nodes that it is for. */
export class TemplateVisitor extends Handlebars.Visitor {}
