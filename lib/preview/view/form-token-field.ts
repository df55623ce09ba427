import { FORM_TOKEN } from '../http/foreign-request.js';
import type { Html } from './html.js';
import { html } from './html.js';

/** What a form of the preview that changes something carries, to show that it is one. */
export function formTokenField(formToken: string): Html {
  return html`<input type="hidden" name="${FORM_TOKEN}" value="${formToken}" />`;
}
