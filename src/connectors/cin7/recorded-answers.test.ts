import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { classify } from './classify.ts';
import { Unreadable } from './decode-parts.ts';
import { parseExactJson } from './json.ts';
import { recordedAnswers, recordedStatuses } from './recorded-answers.ts';

const folder = new URL('recorded/', import.meta.url);
const textOf = (file: string): string => readFileSync(new URL(file, folder), 'utf8');

/** Answers the text as the service would have: with status 200 and as JSON. */
const answer = (status: number, body: string, headers: Record<string, string> = {}) => ({
  status,
  contentType: headers['content-type'] ?? 'application/json',
  header: (name: string) => headers[name] ?? '',
  body,
});

describe('recorded answers', () => {
  test('each file is in the table once', () => {
    const named = [...recordedAnswers, ...recordedStatuses].map((entry) => entry.file);
    expect(named.toSorted()).toEqual(readdirSync(folder).toSorted());
  });

  test.each(recordedAnswers)('$call ($file) is data, not an error', ({ file }) => {
    expect(classify(answer(200, textOf(file))).kind).toBe('data');
  });

  test.each(recordedAnswers.filter((entry) => entry.rejectedBecause === undefined))(
    '$call ($file) is read as $readAs',
    ({ file, read }) => {
      expect(read(parseExactJson(textOf(file)))).toMatchSnapshot();
    },
  );

  test.each(recordedAnswers.filter((entry) => entry.rejectedBecause !== undefined))(
    '$call ($file) is not taken for $readAs: $rejectedBecause',
    ({ file, read, rejectedBecause }) => {
      const attempt = (): unknown => read(parseExactJson(textOf(file)));
      expect(attempt).toThrow(Unreadable);
      expect(attempt).toThrow(rejectedBecause);
    },
  );

  test.each(recordedStatuses)('$file means $meaning: $consequence', ({ file, meaning }) => {
    const { response } = JSON.parse(textOf(file));
    const body = typeof response.bodyText === 'string' ? response.bodyText : JSON.stringify(response.body);
    expect(classify(answer(response.status, body, response.headers))).toMatchObject({ kind: meaning });
    expect(classify(answer(response.status, body, response.headers))).toMatchSnapshot();
  });
});
