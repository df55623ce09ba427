import 'reflect-metadata';
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Test } from '@nestjs/testing';
import { MailService } from 'nest-mailroom';
import { Mailbox, MailTestingModule } from 'nest-mailroom/testing';
import { AppModule } from '../dist/app.module.js';

it('welcomes somebody', async () => {
  const app = await Test.createTestingModule({ imports: [AppModule, MailTestingModule.forRoot()] }).compile();
  await app.init();
  await app.get(MailService).send({ to: 'ann@contoso.com', template: 'welcome', context: { name: 'Zoë' } });
  const mail = app.get(Mailbox).assertSent({ to: 'ann@contoso.com', template: 'welcome' });
  assert.equal(mail.subject, 'Welcome, Zoë');
  await app.close();
});
