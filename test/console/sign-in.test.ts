import { Secret, TOTP } from 'otpauth';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { overview } from '../../src/console/texts/overview.ts';
import { shell } from '../../src/console/texts/shell.ts';
import { signIn as texts } from '../../src/console/texts/sign-in.ts';
import { startServer } from '../support/server.ts';
import { describeInBrowser } from './chromium.ts';
import { enterPassword, field, makeUser, PASSWORD, visit } from './visitor.ts';

describeInBrowser('signing in', (browser) => {
  test('a wrong password is refused in words, the right one leads in, and signing out leaves nothing in the page', async () => {
    const { served } = await startServer();
    await makeUser(served, 'vera', 'viewer');
    const visitor = await visit(browser(), served.url);
    const { page } = visitor;
    await visitor.open('/c/main/runs');
    await enterPassword(visitor, 'vera', 'not the password of vera');
    await page.getByRole('alert').filter({ hasText: 'password' }).waitFor();
    expect(await page.getByRole('button', { name: shell.account }).count()).toBe(0);
    await enterPassword(visitor, 'vera');
    // Where they wanted to go.
    await page.getByRole('heading', { name: shell.pages.runs, level: 1 }).waitFor();
    await page.getByRole('link', { name: shell.pages.records }).click();
    await page.getByRole('heading', { name: shell.pages.records, level: 1 }).waitFor();
    await page.getByRole('button', { name: shell.account }).click();
    await page.getByRole('menuitem', { name: shell.signOut }).click();
    await page.getByRole('button', { name: texts.submit, exact: true }).waitFor();
    await page.goBack();
    await page.getByRole('button', { name: texts.submit, exact: true }).waitFor();
    expect(await page.getByText(shell.pages.parked).count()).toBe(0);
  });

  test('whoever starts the server first becomes admin with the token that it printed, and nobody else', async () => {
    const server = await startServer({ empty: true });
    const token = /set-up token: (\S+)/.exec(server.said.join('\n'))?.[1] ?? '';
    const visitor = await visit(browser(), server.url);
    const { page } = visitor;
    await visitor.open('/');
    await field(page, texts.setUpToken).fill('guessed-token');
    await field(page, texts.name).fill('anna');
    await field(page, texts.password).fill(PASSWORD);
    await page.getByRole('button', { name: texts.setUpSubmit }).click();
    await page.getByRole('alert').waitFor();
    await field(page, texts.setUpToken).fill(token);
    await page.getByRole('button', { name: texts.setUpSubmit }).click();
    await page.getByRole('heading', { name: overview.title, level: 1 }).waitFor();
    expect(await page.getByRole('link', { name: overview.setUp }).getAttribute('href')).toBe('/set-up');
  });

  test('a role that needs a second factor gets one at the first sign-in, and cannot come in without it afterwards', async () => {
    const { served } = await startServer({ config: { access: { requireTotp: ['admin'] } } });
    await makeUser(served, 'anna', 'admin');
    const visitor = await visit(browser(), served.url);
    const { page } = visitor;
    await visitor.open('/');
    await enterPassword(visitor, 'anna', PASSWORD);
    const secret = await keyShown(page);
    await enterCode(page, texts.enrolCode, codeOf(secret, -7_200_000), texts.enrolSubmit);
    await page.getByRole('alert').waitFor();
    await enterCode(page, texts.enrolCode, codeOf(secret), texts.enrolSubmit);
    const done = page.getByRole('button', { name: texts.recoveryDone });
    await done.waitFor();
    const recoveryCodes = await page.getByRole('listitem').allInnerTexts();
    expect(recoveryCodes.length).toBeGreaterThanOrEqual(8);
    await done.click();
    await page.getByRole('button', { name: shell.account }).click();
    await page.getByRole('menuitem', { name: shell.signOut }).click();

    await enterPassword(visitor, 'anna', PASSWORD);
    await enterCode(page, texts.code, '000000', texts.codeSubmit);
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('button', { name: shell.account }).count()).toBe(0);
    await enterCode(page, texts.code, recoveryCodes[0] ?? '', texts.codeSubmit);
    await page.getByRole('button', { name: shell.account }).waitFor();
  });
});

async function keyShown(page: Page): Promise<string> {
  await page.getByRole('heading', { name: texts.enrolTitle }).waitFor();
  return (await page.getByText(/^[A-Z2-7]{16,}$/).innerText()).trim();
}

async function enterCode(page: Page, label: string, code: string, submit: string): Promise<void> {
  await field(page, label).fill(code);
  await page.getByRole('button', { name: submit }).click();
}

function codeOf(secret: string, offsetMs = 0): string {
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + offsetMs });
}
