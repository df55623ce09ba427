import { SmtpMailDelivery } from '../../lib/core/delivery/smtp/smtp-mail-delivery.js';
import { resolveMailSettings } from '../../lib/core/settings/resolve-mail-settings.js';
import { createCertificateAuthority } from '../support/certificates.js';
import { MailSink } from '../support/mail-sink.js';
import type { MailSinkOptions } from '../support/mail-sink.js';
import type { DeliveryUnderTest } from './mail-delivery.contract.js';
import { describeMailDelivery } from './mail-delivery.contract.js';

const authority = createCertificateAuthority();
const certificate = authority.issue({ hosts: ['localhost', '127.0.0.1'] });

function smtp(option: string, sinkOptions: MailSinkOptions): () => Promise<DeliveryUnderTest> {
  return async () => {
    const sink = await MailSink.start(sinkOptions);
    const login = sinkOptions.auth
      ? { Username: sinkOptions.auth.user, Password: sinkOptions.auth.pass }
      : {};
    const settings = resolveMailSettings({
      Host: sink.host,
      Port: sink.port,
      FromAddress: 'no-reply@contoso.com',
      SecureSocketOption: option,
      ...login,
    });
    return {
      delivery: new SmtpMailDelivery({ settings, extra: { tls: { ca: authority.cert } } }),
      status: 'accepted',
      arrived: async () => sink.messages.map(({ envelope, raw }) => ({ envelope, raw })),
      tearDown: () => sink.close(),
    };
  };
}

describeMailDelivery('SMTP in clear', smtp('None', {}));
describeMailDelivery(
  'SMTP without pipelining and size',
  smtp('None', { hideExtensions: ['PIPELINING', 'SIZE'] }),
);
describeMailDelivery(
  'SMTP with STARTTLS and a login',
  smtp('StartTls', { tls: 'starttls', certificate, auth: { user: 'ann', pass: 's3cret!' } }),
);
describeMailDelivery(
  'SMTP with TLS from the first byte and a login',
  smtp('SslOnConnect', { tls: 'implicit', certificate, auth: { user: 'ann', pass: 's3cret!' } }),
);
