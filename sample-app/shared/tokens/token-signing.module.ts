import { Module } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { JwtModule } from '@nestjs/jwt';
import { RESET_TOKEN_AUDIENCE, RESET_TOKEN_ISSUER } from './reset-token.js';

const SHORTEST_SECRET = 32;

/** Exports a `JwtService` that signs and verifies with the secret that Server and Agent share. */
@Module({
  imports: [
    JwtModule.registerAsync({
      inject: [ConfigService],
      useFactory: (config: ConfigService) => ({
        secret: sharedSecret(config),
        signOptions: { algorithm: 'HS256', issuer: RESET_TOKEN_ISSUER, audience: RESET_TOKEN_AUDIENCE },
        verifyOptions: { algorithms: ['HS256'], issuer: RESET_TOKEN_ISSUER, audience: RESET_TOKEN_AUDIENCE },
      }),
    }),
  ],
  exports: [JwtModule],
})
export class TokenSigningModule {}

function sharedSecret(config: ConfigService): string {
  const secret: unknown = config.get('TokenSigning.Secret');
  if (typeof secret !== 'string' || secret.length < SHORTEST_SECRET) {
    throw new Error(
      `The setting TokenSigning:Secret is missing or shorter than ${SHORTEST_SECRET} characters. ` +
        'Set the variable TokenSigning__Secret, to the same value for the Server and the Agent.',
    );
  }
  return secret;
}
