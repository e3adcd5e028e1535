const LOOPBACK_NAMES = ['127.0.0.1', 'localhost'];

/** Whether a Host header names this machine's loopback address with our port, or a host that the user allows. */
export function isAllowedHost(host: string, port: number, allowed: readonly string[]): boolean {
  const name = host.toLowerCase();
  return ownHosts(port).includes(name) || allowed.includes(name);
}

/** Whether an Origin header is that of our own pages; "null", of a sandboxed frame or a file, is not. */
export function isAllowedOrigin(origin: string, port: number, allowed: readonly string[]): boolean {
  const own = ownHosts(port).map((host) => `http://${host}`);
  const proxied = allowed.flatMap((host) => [`http://${host}`, `https://${host}`]);
  return [...own, ...proxied].includes(origin.toLowerCase());
}

function ownHosts(port: number): string[] {
  return LOOPBACK_NAMES.map((name) => `${name}:${port}`);
}
