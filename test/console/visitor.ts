import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';
import type { Role } from '../../src/access/roles.ts';
import { SESSION_COOKIE } from '../../src/api/session-cookie.ts';
import { shell } from '../../src/console/texts/shell.ts';
import { signIn as texts } from '../../src/console/texts/sign-in.ts';
import type { Served } from '../../src/serve.ts';

const HERE = { address: '127.0.0.1', agent: 'test' };
const MAKER = { actor: 'test', origin: 'test' };
export const PASSWORD = 'violet tractor under the moon';
/** What people on a busy machine are given for one step. */
const PATIENCE_MS = 30_000;

/** Expects of something that it becomes so, and is not so at once. */
export function soon<T>(look: () => Promise<T> | T) {
  return expect.poll(look, { timeout: PATIENCE_MS });
}

/** Somebody at a browser, and what the browser complained about. */
export interface Visitor {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Errors in the console of the browser, failures of scripts, refusals by the content security policy. Empty: all is well. */
  readonly complaints: readonly string[];
  /** Opens a page of the console, and waits until it shows its title. */
  readonly open: (path: string) => Promise<void>;
}

interface VisitOptions {
  readonly width?: number;
  readonly height?: number;
}

/** Opens a browser window on a server. It closes at the end of the test, which fails if the browser complained. */
export async function visit(
  browser: Browser,
  url: string,
  { width = 1280, height = 900 }: VisitOptions = {},
): Promise<Visitor> {
  const context = await browser.newContext({
    baseURL: addressOf(url),
    viewport: { width, height },
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const complaints = complaintsOf(page);
  onTestFinished(async ({ task }) => {
    if (task.result?.state === 'fail') await keepPicture(page, task.name);
    await context.close();
    expect(complaints, 'complaints of the browser').toEqual([]);
  });
  return {
    page,
    context,
    complaints,
    async open(path) {
      await page.goto(path);
      await page.getByRole('heading', { level: 1 }).waitFor();
    },
  };
}

/** What the browser showed when a test failed. */
async function keepPicture(page: Page, name: string): Promise<void> {
  const path = join(
    tmpdir(),
    'ml-connector-failed-pages',
    `${name.replaceAll(/[^\w]+/g, '-').slice(0, 80)}.png`,
  );
  await page.screenshot({ path });
  process.stderr.write(`What the browser showed: ${path}\n`);
}

/** The session cookie belongs to `localhost`, which browsers trust without TLS. */
export const addressOf = (url: string): string => url.replace('//127.0.0.1:', '//localhost:');

export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() !== 'error') return;
    // The browser tells of every refusal of the server so; that a refusal is shown to people is what the tests look at.
    if (/^Failed to load resource: .* status of 4\d\d/.test(message.text())) return;
    complaints.push(`${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  return complaints;
}

/** A user with a password of their own. Returns the token of a session that they have just begun. */
export async function makeUser(
  { access }: Pick<Served, 'access'>,
  name: string,
  role: Role,
): Promise<string | undefined> {
  const { temporaryPassword } = await access.createUser({ name, role }, MAKER);
  const first = await access.signIn({ name, password: temporaryPassword }, HERE);
  if (first.kind !== 'password_change_required') throw new Error(`Signing in led to ${first.kind}.`);
  const second = await access.submitNewPassword({ ticket: first.ticket, password: PASSWORD }, HERE);
  return second.kind === 'session' ? second.token : undefined;
}

/** The field of this label; those that must be filled in have an asterisk behind it. */
export function field(page: Page, label: string): Locator {
  return page.getByLabel(new RegExp(`^${RegExp.escape(label)}( \\*)?$`));
}

export async function enterPassword(
  { page }: Pick<Visitor, 'page'>,
  name: string,
  password = PASSWORD,
): Promise<void> {
  await field(page, texts.name).fill(name);
  await field(page, texts.password).fill(password);
  await page.getByRole('button', { name: texts.submit, exact: true }).click();
}

/** A user of this role who has just signed in, and sees the overview. How people sign in is looked at by tests of its own. */
export async function visitAs(
  browser: Browser,
  served: Served,
  role: Role,
  options: VisitOptions = {},
): Promise<Visitor> {
  const visitor = await visit(browser, served.url, options);
  const token = await makeUser(served, `${role}-${PEOPLE[role]}`, role);
  if (token === undefined) throw new Error(`More than a password is asked of the ${role}.`);
  // Cookies of `__Host-` names are given for https alone; browsers send them to this machine without TLS, too.
  const cookie = {
    name: SESSION_COOKIE,
    value: token,
    url: addressOf(served.url).replace('http:', 'https:'),
  };
  await visitor.context.addCookies([{ ...cookie, httpOnly: true, secure: true, sameSite: 'Strict' }]);
  await visitor.open('/');
  await visitor.page.getByRole('button', { name: shell.account }).waitFor();
  return visitor;
}

const PEOPLE: Readonly<Record<Role, string>> = { viewer: 'vera', operator: 'olaf', admin: 'anna' };
