import { type Answer, call } from './server.ts';

/** A person at a browser: keeps cookies as a browser does, and calls as pages of the console do. */
export interface Person {
  readonly cookies: ReadonlyMap<string, string>;
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** What the server said of the cookies in its last answer. */
  readonly setCookies: readonly string[];
}

export function openPerson(url: string): Person {
  const cookies = new Map<string, string>();
  const setCookies: string[] = [];
  return {
    cookies,
    setCookies,
    async call(method, path, body, headers = {}) {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const own = { 'sec-fetch-site': 'same-origin', 'user-agent': 'test browser', ...headers };
      const answer = await call(url, undefined, method, path, body, cookie === '' ? own : { ...own, cookie });
      setCookies.splice(0, setCookies.length, ...answer.headers.getSetCookie());
      for (const line of setCookies) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        if (value === '') cookies.delete(name);
        else cookies.set(name, value);
      }
      return answer;
    },
  };
}
