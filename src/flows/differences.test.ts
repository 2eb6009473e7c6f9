import { expect, test } from 'vitest';
import { compareDocuments } from './differences.ts';
import { findMarkedKey, hasMarker, markerOf } from './marker.ts';
import { nameKeyOf } from './suppliers/payload.ts';

test('documents that hold the same have no differences, whatever the order of their members', () => {
  expect(compareDocuments({ a: 1, b: [{ c: 'x' }] }, { b: [{ c: 'x' }], a: 1 })).toEqual([]);
  expect(compareDocuments(null, null)).toEqual([]);
});

test('differences are named by their path, rows by their place', () => {
  const before = { Name: 'A', Contacts: [{ Phone: '1' }, { Phone: '2' }], gone: true, same: null };
  const after = { Name: 'B', Contacts: [{ Phone: '1' }, { Phone: '3' }, { Phone: '4' }], same: null };
  expect(compareDocuments(before, after)).toEqual([
    { field: 'Name', from: 'A', to: 'B' },
    { field: 'Contacts[1].Phone', from: '2', to: '3' },
    { field: 'Contacts[2]', from: undefined, to: { Phone: '4' } },
    { field: 'gone', from: true, to: undefined },
  ]);
});

test('a value of another kind is one difference', () => {
  expect(compareDocuments({ a: [1] }, { a: { b: 1 } }, 'order')).toEqual([
    { field: 'order.a', from: [1], to: { b: 1 } },
  ]);
  expect(compareDocuments({ a: '1' }, { a: 1 })).toEqual([{ field: 'a', from: '1', to: 1 }]);
});

test('a marker is found among what people wrote, and never in a longer number', () => {
  const marker = markerOf('main', 'AB', '434');
  expect(marker).toBe('[JDE main AB 434]');
  expect(hasMarker('Ask Maria. [JDE main AB 434] Pays late.', marker)).toBe(true);
  expect(hasMarker('[JDE main AB 4343]', marker)).toBe(false);
});

test('the key in a marker is read only of this connection and kind, and only when the marker is whole', () => {
  expect(findMarkedKey('x [JDE main PO 00001-OP-1-000] y', 'main', 'PO')).toBe('00001-OP-1-000');
  expect(findMarkedKey('[JDE main PO 1]', 'main', 'AB')).toBeUndefined();
  expect(findMarkedKey('[JDE other AB 1]', 'main', 'AB')).toBeUndefined();
  expect(findMarkedKey('[JDE main AB 434', 'main', 'AB')).toBeUndefined();
});

test('case and spaces do not make another name', () => {
  expect(nameKeyOf('  Parts   EMPORIUM ')).toBe('parts emporium');
  expect(nameKeyOf('Parts-Emporium')).not.toBe(nameKeyOf('Parts Emporium'));
});
