require('reflect-metadata');
const assert = require('node:assert/strict');
const { it } = require('node:test');
const { Test } = require('@nestjs/testing');
const { MailService } = require('nest-mailroom');
const { Mailbox, MailTestingModule } = require('nest-mailroom/testing');
const { AppModule } = require('../dist/app.module');

it('welcomes somebody', async () => {
  const app = await Test.createTestingModule({ imports: [AppModule, MailTestingModule.forRoot()] }).compile();
  await app.init();
  await app.get(MailService).send({ to: 'ann@contoso.com', template: 'welcome', context: { name: 'Zoë' } });
  const mail = app.get(Mailbox).assertSent({ to: 'ann@contoso.com', template: 'welcome' });
  assert.equal(mail.subject, 'Welcome, Zoë');
  await app.close();
});
