const welcome = (
  greeting: string,
  ready: string,
  seats: string,
  open: string,
  ends: string,
): string => `{{#> layouts/page title="${greeting}"}}
<h1>${greeting}, {{name}}</h1>
<p>${ready} ${seats}</p>
{{> action url=startUrl label="${open}"}}
<p>${ends} {{formatDate trialEnds dateStyle="long"}}.</p>
{{/layouts/page}}
`;

/** Templates of an application as people have them, for pictures. */
export const SAMPLE_TEMPLATES: Readonly<Record<string, string>> = {
  'onboarding/welcome/subject.en.hbs': 'Welcome to {{workspace.name}}, {{name}}',
  'onboarding/welcome/subject.fr.hbs': 'Bienvenue sur {{workspace.name}}, {{name}}',
  'onboarding/welcome/html.en.hbs': welcome(
    'Welcome aboard',
    'Your workspace <strong>{{workspace.name}}</strong> is ready.',
    '{{plural workspace.seats one="One seat waits" other="# seats wait"}} for your team.',
    'Open your workspace',
    'Your trial ends on',
  ),
  'onboarding/welcome/html.fr.hbs': welcome(
    'Bienvenue à bord',
    'Votre espace <strong>{{workspace.name}}</strong> est prêt.',
    '{{plural workspace.seats one="Une place attend" other="# places attendent"}} votre équipe.',
    'Ouvrir votre espace',
    'Votre essai prend fin le',
  ),
  'onboarding/welcome/samples.json': JSON.stringify({
    default: {
      name: 'Ann',
      workspace: { name: 'Fabrikam', seats: 12 },
      startUrl: 'https://app.example.com/start',
      trialEnds: '2030-01-31T18:00:00Z',
    },
    'one seat': {
      name: 'Bob',
      workspace: { name: 'Bob’s bakery', seats: 1 },
      startUrl: 'https://app.example.com/start',
      trialEnds: '2030-01-31T18:00:00Z',
    },
  }),
  'orders/shipped/subject.en.hbs': 'Order {{order.id}} is on its way',
  'orders/shipped/html.en.hbs': '<p>Your order {{order.id}} has left.</p>',
  'orders/shipped/samples.json': '{ "default": { "order": { "id": 1044 } } }',
  'layouts/page.html.hbs': `<!doctype html>
<html lang="{{@culture}}" dir="{{@dir}}"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>{{title}}</title>
<style>
body { margin: 0; background: #f3f4f6; font-family: system-ui, sans-serif; color: #1f2937; }
.card { max-width: 560px; margin: 24px auto; background: #fff; border-radius: 10px; padding: 32px; }
.button { display: inline-block; background: #0f766e; color: #fff; padding: 12px 22px; border-radius: 6px; text-decoration: none; }
@media (max-width: 480px) { .card { margin: 0; border-radius: 0; padding: 20px } .button { display: block; text-align: center } }
@media (prefers-color-scheme: dark) { body { background: #111827; color: #f3f4f6 } .card { background: #1f2937 } }
</style></head><body><div class="card">{{> @partial-block}}</div></body></html>`,
  'partials/action.html.hbs': '<p><a class="button" href="{{link url}}">{{label}}</a></p>',
};
