import { expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import { MailService } from 'nest-mailroom';
import { Mailbox, MailTestingModule } from 'nest-mailroom/testing';
import { AppModule } from '../src/app.module';

it('welcomes somebody', async () => {
  const app = await Test.createTestingModule({ imports: [AppModule, MailTestingModule.forRoot()] }).compile();
  await app.init();
  await app.get(MailService).send({ to: 'ann@contoso.com', template: 'welcome', context: { name: 'Zoë' } });
  const mail = app.get(Mailbox).assertSent({ to: 'ann@contoso.com', template: 'welcome' });
  expect(mail.subject).toBe('Welcome, Zoë');
  await app.close();
});
