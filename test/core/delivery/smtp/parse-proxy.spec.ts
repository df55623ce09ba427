import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { parseProxy } from '../../../../lib/core/delivery/smtp/parse-proxy.js';

function partsOf(address: unknown): object {
  const { protocol, host, port, login } = parseProxy(address);
  return { protocol, host, port, ...(login && { login }) };
}

function refusal(address: unknown): Error {
  try {
    parseProxy(address);
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('The address was not refused');
}

describe('The address of a proxy', () => {
  it.each<[string, object]>([
    ['http://proxy.contoso.com:3128', { protocol: 'http', host: 'proxy.contoso.com', port: 3128 }],
    ['http://proxy.contoso.com:3128/', { protocol: 'http', host: 'proxy.contoso.com', port: 3128 }],
    ['  HTTP://127.0.0.1:3128\n', { protocol: 'http', host: '127.0.0.1', port: 3128 }],
    ['http://proxy', { protocol: 'http', host: 'proxy', port: 80 }],
    ['https://proxy:', { protocol: 'https', host: 'proxy', port: 443 }],
    ['socks5://[::1]', { protocol: 'socks5', host: '::1', port: 1080 }],
    ['socks5h://my_proxy:1081', { protocol: 'socks5', host: 'my_proxy', port: 1081 }],
    ['http://proxy.contoso.com.:3128', { protocol: 'http', host: 'proxy.contoso.com', port: 3128 }],
    ['socks://p', { protocol: 'socks5', host: 'p', port: 1080 }],
    ['socks4a://p', { protocol: 'socks4', host: 'p', port: 1080 }],
    ['http://[2001:db8::1]:8080', { protocol: 'http', host: '2001:db8::1', port: 8080 }],
    ['http://bücher.example:1', { protocol: 'http', host: 'xn--bcher-kva.example', port: 1 }],
  ])('%s is taken apart', (address, expected) => {
    expect(partsOf(address)).toEqual(expected);
  });

  it.each<[string, string, string]>([
    ['http://ann:p%40ss@h:1', 'ann', 'p@ss'],
    ['http://ann:Pa%2Fss%3F%23@h:1', 'ann', 'Pa/ss?#'],
    ['http://ann:100%25@h:1', 'ann', '100%'],
    ['http://ann:a:b@h:1', 'ann', 'a:b'],
    ['http://CONTOSO\\ann:p@h:1', 'CONTOSO\\ann', 'p'],
    ['http://ann@h:1', 'ann', ''],
    ['socks5://%C3%BC:%e2%82%ac@h', 'ü', '€'],
  ])('%s has a login, which is decoded', (address, username, password) => {
    expect(parseProxy(address).login).toEqual({ username, password });
  });

  it.each<[unknown, RegExp]>([
    ['127.0.0.1:3128', /^has no scheme; write http:\/\/127\.0\.0\.1:3128$/],
    ['proxy.contoso.com', /^has no scheme; write http:\/\/proxy\.contoso\.com$/],
    ['//h:3128', /^has no scheme; write http:\/\/host:port/],
    ['http:h:3128', /^has no scheme/],
    ['ann:s3cret@h:3128', /^has no scheme; write http:\/\/host:port/],
    ['ftp://h:3128', /^has the scheme "ftp", which is none of http, https, socks5/],
    ['htp://h:3128', /did you mean http\?/],
    ['sock5://h:3128', /did you mean socks5\?/],
    ['http://', /^names no host/],
    ['http://:3128', /^names no host/],
    ['http://ann:s3cret@:3128', /^names no host/],
    ['http://h:0', /^has a port that is no whole number from 1 to 65535/],
    ['http://h:65536', /^has a port/],
    ['http://h:port', /^has a port/],
    ['http://h:s3cret', /^has a port/],
    ['http://::1:3128', /an IPv6 address stands in brackets/],
    ['http://[::1', /an IPv6 address stands in brackets/],
    ['http://[s3cret]:3128', /no IPv6 address/],
    ['http://300.0.0.1:3128', /no IP address/],
    ['http://h..x:3128', /no host name or IP address/],
    ['http://.h:3128', /no host name or IP address/],
    ['http://-h:3128', /no host name or IP address/],
    ['http://h-.x:3128', /no host name or IP address/],
    ['http://0x7f.1:3128', /no host name or IP address/],
    ['http://127.0.0x1:3128', /no host name or IP address/],
    ['http://0x7f000001:3128', /no host name or IP address/],
    [`http://${'h'.repeat(64)}:3128`, /no host name or IP address/],
    [`http://${'h.'.repeat(150)}:3128`, /no host name or IP address/],
    ['http://h,x:3128', /no host name or IP address/],
    ['http://my host:3128', /no host name or IP address/],
    ['http://ann:Pa/s3cret@h:3128', /^holds a "\/", "\?" or "#" before its "@"/],
    ['http://ann:Pa?s3cret@h:3128', /%2F, %3F and %23/],
    ['http://ann:#s3cret@h:3128', /%2F, %3F and %23/],
    ['http://ann:s3cret@home@h:3128', /^holds more than one "@"/],
    ['http://ann:s3cret%zz@h:3128', /^has a "%" in its password/],
    ['http://ann:s3cret%@h:3128', /write a "%" itself as %25/],
    ['http://%a:s3cret@h:3128', /^has a "%" in its user name/],
    ['http://ann:s3cret%ff@h:3128', /no UTF-8/],
    ['http://ann:s3cret%0a@h:3128', /^in its password holds a line break \(U\+000A\) at its end/],
    ['http://ann:s3cret%C2%A0x@h:3128', /^in its password holds .* \(U\+00A0\) as character 7/],
    ['http://%E2%80%8Bann:s3cret@h:3128', /^in its user name holds .* \(U\+200B\) at its beginning/],
    ['http://ann:s3cret\r\n@h:3128', /^holds a line break \(U\+000D U\+000A\) as character 18/],
    ['http://ann:s3cret\ufeff@h:3128', /^holds an invisible character \(U\+FEFF\)/],
    ['http://a%3Ann:s3cret@h:3128', /which HTTP cannot carry/],
    ['socks4://ann:s3cret@h', /SOCKS4 does not know/],
    [`socks5://ann:${'s3cret'.repeat(50)}@h`, /more than 255 octets/],
    ['http://h:3128/s3cret', /^has something behind host and port/],
    ['http://h:3128?a=b', /a proxy has no path/],
    ['', /^is empty; leave it out, or write http:\/\/host:port/],
    ['  ', /^is empty/],
    [3128, /^must be a text such as http:\/\/host:port, but is 3128$/],
    [new URL('http://ann:s3cret@h:3128'), /^must be a text .* but is an object$/],
  ])('%s is refused in words that show nothing of a login', (address, words) => {
    const error = refusal(address);
    expect(error.message).toMatch(words);
    expect(inspect(error, { depth: 9, showHidden: true }).replace(/\n {4}at .*/g, '')).not.toContain(
      's3cret',
    );
  });

  it('shows its login to nobody who prints it', () => {
    const address = parseProxy('http://ann:s3cret@h:3128');
    expect(inspect(address, { showHidden: true, depth: 9 })).not.toContain('s3cret');
    expect(JSON.stringify(address)).not.toContain('s3cret');
    expect(address.login).toEqual({ username: 'ann', password: 's3cret' });
  });
});
