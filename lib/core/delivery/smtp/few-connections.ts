/** What the log says once about a server that gives fewer connections than `MaxConnections`. */
export function fewConnections(connections: number): string {
  const given = connections === 1 ? 'one connection' : `${connections} connections`;
  return `The mail server gives this mailer ${given} at a time, fewer than the setting MaxConnections allows. Mails wait for them; set MaxConnections to ${connections}, or ask for more on the server.`;
}
