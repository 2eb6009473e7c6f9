import { expect, test } from 'vitest';
import { cin7PageAddress } from './page-address.ts';

const REAL = 'https://inventory.dearsystems.com/ExternalApi/v2';
const ID = '5f0b6c1e-0000-4000-8000-000000000001';

test.each([
  ['suppliers', 'advanced-purchase', `https://inventory.dearsystems.com/Supplier#${ID}`],
  ['purchases', 'advanced-purchase', `https://inventory.dearsystems.com/PurchaseAdvanced#${ID}`],
  ['purchases', 'purchase', `https://inventory.dearsystems.com/Purchase#${ID}`],
  ['accounts', 'purchase', null],
])('a record of %s, written through %s, is opened at %s', (flow, purchasePath, address) => {
  expect(cin7PageAddress({ url: REAL, purchasePath }, flow, ID)).toBe(address);
});

test('behind any other address nobody knows where the pages are', () => {
  const settings = { url: 'https://proxy.example.com/cin7', purchasePath: 'purchase' };
  expect(cin7PageAddress(settings, 'suppliers', ID)).toBeNull();
});

test('an id cannot lead anywhere else', () => {
  const address = cin7PageAddress({ url: REAL, purchasePath: 'purchase' }, 'suppliers', '#@evil.example/"><');
  expect(address).toBe('https://inventory.dearsystems.com/Supplier#%23%40evil.example%2F%22%3E%3C');
});
