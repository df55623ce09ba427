import { randomUUID } from 'node:crypto';
import {
  Body,
  Controller,
  Get,
  Injectable,
  Module,
  Post,
  Query,
  ServiceUnavailableException,
} from '@nestjs/common';
import { MailDeliveryError, MailModule, MailService } from 'nest-mailroom';

/** Lets somebody who has forgotten a password back in. */
@Injectable()
export class Accounts {
  readonly #tokens = new Map<string, string>();

  constructor(private readonly mail: MailService) {}

  async forgot(address: string): Promise<void> {
    const token = randomUUID();
    this.#tokens.set(token, address);
    await this.mail.sendNotification({
      to: address,
      title: 'Reset your password',
      lines: ['Somebody, hopefully you, has asked for a new password.'],
      action: { label: 'Choose a password', url: `https://contoso.com/reset?token=${token}` },
    });
  }

  ownerOf(token: string): string | undefined {
    return this.#tokens.get(token);
  }
}

@Controller()
class AccountsController {
  constructor(private readonly accounts: Accounts) {}

  @Post('forgot')
  async forgot(@Body() body: { address: string }): Promise<{ sent: boolean }> {
    try {
      await this.accounts.forgot(body.address);
      return { sent: true };
    } catch (error) {
      if (error instanceof MailDeliveryError && error.retryable === true)
        throw new ServiceUnavailableException('Try again later');
      throw error;
    }
  }

  @Get('reset')
  reset(@Query('token') token: string): { owner: string | undefined } {
    return { owner: this.accounts.ownerOf(token) };
  }
}

/** The application under test; its mail server does not exist. */
@Module({
  imports: [MailModule.forRoot({ Host: 'smtp.invalid', FromAddress: 'no-reply@contoso.com' })],
  controllers: [AccountsController],
  providers: [Accounts],
})
export class AccountsModule {}
