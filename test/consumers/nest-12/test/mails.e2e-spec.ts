import { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import request from 'supertest';
import { App } from 'supertest/types.js';
import { Mailbox, MailTestingModule } from 'nest-mailroom/testing';
import { AppModule } from './../src/app.module.js';

describe('Mails (e2e)', () => {
  let app: INestApplication<App>;

  beforeEach(async () => {
    const module = await Test.createTestingModule({
      imports: [AppModule, MailTestingModule.forRoot()],
    }).compile();
    app = module.createNestApplication();
    await app.init();
  });

  it('/mails (POST)', async () => {
    await request(app.getHttpServer()).post('/mails').expect(201);
    const mail = app.get(Mailbox).assertSent({ to: 'ann@contoso.com', template: 'welcome' });
    expect(mail.subject).toBe('Welcome, Zoë');
    expect(mail.html).toContain('<h1>Welcome, Zoë!</h1>');
  });

  afterEach(async () => {
    await app.close();
  });
});
