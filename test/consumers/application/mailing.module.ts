import { Controller, Get, Module, Post } from '@nestjs/common';
import type { DynamicModule, OnModuleInit } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { HttpAdapterHost, NestFactory } from '@nestjs/core';
import { HealthCheck, HealthCheckService, TerminusModule } from '@nestjs/terminus';
import { appsettings, InjectMail, MailModule, MailService } from 'nest-mailroom';
import type { MailModuleOptions, MailReceipt } from 'nest-mailroom';
import { MailHealthIndicator } from 'nest-mailroom/health';
import { MailPreviewModule } from 'nest-mailroom/preview';
import { MailRelayModule } from 'nest-mailroom/relay';
import { Mailbox, MailTestingModule } from 'nest-mailroom/testing';

/** Where this application's own templates are. */
export type Templates = MailModuleOptions['templates'];

@Controller()
export class MailsController {
  constructor(
    private readonly mail: MailService,
    @InjectMail('folder') private readonly folder: MailService,
    private readonly health: HealthCheckService,
    private readonly mailHealth: MailHealthIndicator,
  ) {}

  /** One mail of each kind: built in and of its own, by SMTP and as a file that the relay sends on. */
  @Post('mails')
  async send(): Promise<MailReceipt[]> {
    const to = 'ann@contoso.com';
    const resetUrl = 'https://identity.contoso.com/reset-password?token=8e1f0c5a';
    return [
      await this.mail.sendResetPassword({ to, displayName: 'Ann', resetUrl }),
      await this.mail.sendResetPassword({ to, displayName: 'Ann', resetUrl, culture: 'fr-CA' }),
      await this.mail.send({ to, template: 'welcome', context: { name: 'Zoë' } }),
      await this.folder.send({ to, subject: 'By the folder', text: 'A file, which the relay sends.' }),
    ];
  }

  @Get('health')
  @HealthCheck()
  check() {
    return this.health.check([() => this.mailHealth.isHealthy('mail')]);
  }

  /** What would be sent, caught by the test kit. */
  @Get('dry-run')
  async dryRun(): Promise<{ subject: string | undefined }> {
    const imports = [
      MailModule.forRoot({ Host: 'smtp.invalid', FromAddress: 'no-reply@contoso.com' }),
      MailTestingModule.forRoot(),
    ];
    const app = await NestFactory.createApplicationContext(
      { module: class DryRun {}, imports },
      { logger: ['error'] },
    );
    await app
      .get(MailService)
      .sendNotification({ to: 'ann@contoso.com', title: 'Caught', lines: ['It works.'] });
    const { subject } = app.get(Mailbox).last();
    await app.close();
    return { subject };
  }
}

/** All that the application has of mail. Its settings are in `appsettings.json`. */
@Module({})
export class MailingModule implements OnModuleInit {
  constructor(private readonly host: HttpAdapterHost) {}

  static forRoot(templates?: Templates): DynamicModule {
    const config = ConfigModule.forRoot({ load: [appsettings()], isGlobal: true });
    return {
      module: MailingModule,
      imports: [
        config,
        TerminusModule,
        MailModule.fromConfig('MailSettings', { templates }),
        MailModule.fromConfig('FolderSettings', { name: 'folder' }),
        MailPreviewModule.forRoot(),
        MailRelayModule.forRootAsync({
          inject: [ConfigService],
          useFactory: (settings: ConfigService) => ({ settings: settings.get('FolderSettings') ?? {} }),
        }),
      ],
      controllers: [MailsController],
      providers: [MailHealthIndicator],
    };
  }

  /** Says where the application listens, as soon as it does. */
  onModuleInit(): void {
    this.host.listen$.subscribe(() => {
      const { port } = this.host.httpAdapter.getHttpServer().address() as { port: number };
      console.log(`Listening at http://127.0.0.1:${port}`);
    });
  }
}
