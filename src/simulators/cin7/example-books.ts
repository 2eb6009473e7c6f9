import { type ExampleWorld, member } from './example-world.ts';

/** Examples of /me and of the reference books. */
export async function checkBookExamples(world: ExampleWorld): Promise<void> {
  await world.get('me', '/me');
  await world.get('me-addresses', '/me/addresses');
  await world.pair('me-addresses', { path: '/me/addresses' });
  await world.get('me-contacts', '/me/contacts');
  await world.pair('me-contacts', { path: '/me/contacts' });
  await world.get('ref-account', '/ref/account');
  await world.pair('ref-account', { path: '/ref/account' });
  await world.send('DELETE', '/ref/account?Code=001');
  await world.get('ref-account-bank', '/ref/account/bank');
  await world.pair('ref-tax', { path: '/ref/tax' });
  await world.get('ref-tax', '/ref/tax', {
    'TaxRuleList.Components.Compound': 'left out in one of the two example rows, always answered here',
  });
  await world.pair('ref-paymentterm', { path: '/ref/paymentterm' });
  await world.get('ref-paymentterm', '/ref/paymentterm');
  await world.pair('ref-carrier', { path: '/ref/carrier' });
  await world.get('ref-carrier', '/ref/carrier');
  await world.pair('ref-brand', { path: '/ref/brand' });
  await world.get('ref-brand', '/ref/brand');
  await world.pair('ref-category', { path: '/ref/category' });
  await world.get('ref-category', '/ref/category');
  // The example unit exists already: posting it is refused until it is taken away.
  const units = await world.send('GET', '/ref/unit?Name=Item');
  await world.send('DELETE', `/ref/unit?ID=${member(units.body, 'UnitList', 0, 'ID')}`);
  await world.pair('ref-unit', { path: '/ref/unit' });
  await world.get('ref-unit', '/ref/unit');
  await checkLocations(world);
  await checkAttributeSets(world);
  await checkWebhooks(world);
}

async function checkLocations(world: ExampleWorld): Promise<void> {
  const posted = await world.pair('ref-location', { path: '/ref/location' });
  const parent = member(posted.body, 'ID');
  await world.send('PUT', '/ref/location', {
    ID: parent,
    Bins: [{ Name: 'Test bin' }, { Name: 'Second bin', IsStaging: true }],
  });
  await world.send('POST', '/ref/location', { Name: 'Test bin', ParentID: parent });
  await world.get('ref-location', '/ref/location', {
    'LocationList.Bins': 'filled on the parent row only, as documented',
  });
}

async function checkAttributeSets(world: ExampleWorld): Promise<void> {
  const before = await world.send('GET', '/ref/attributeset');
  await world.send('DELETE', `/ref/attributeset?ID=${member(before.body, 'AttributeSetList', 0, 'ID')}`);
  await world.pair('ref-attributeset', { path: '/ref/attributeset' });
  await world.get('ref-attributeset', '/ref/attributeset');
}

async function checkWebhooks(world: ExampleWorld): Promise<void> {
  await world.pair('webhooks', { path: '/webhooks' });
  await world.get('webhooks', '/webhooks', {
    'Webhooks.ExternalBearerToken': 'blank in the GET example, null in the POST example; null here',
  });
}
