import { type ExampleWorld, member } from './example-world.ts';

const ALL_LISTS =
  'IncludeDeprecated=true&IncludeBOM=true&IncludeSuppliers=true&IncludeMovements=true&IncludeAttachments=true&IncludeReorderLevels=true&IncludeCustomPrices=true';

/** Examples of products, their suppliers and attachments. */
export async function checkProductExamples(world: ExampleWorld): Promise<void> {
  const posted = await world.pair('product', {
    path: '/product',
    accepted: {
      'Products.CountryOfOriginCode': 'no table of countries: the code is not derived from the name',
    },
  });
  const productId = member(posted.body, 'Products', 0, 'ID');
  const attached = await world.pair('product-attachments', {
    path: '/product/attachments',
    replace: { ProductID: productId },
    response: false,
  });
  world.recordResponse('product-attachments.get.response', attached);
  await world.get('product', `/product?ID=${productId}&${ALL_LISTS}`, {
    'Products.Suppliers': 'the example product has none; the one posted here has',
    'Products.Movements': 'stock movements of products are not simulated',
    'Products.CustomPrices': 'customer prices are not simulated',
    'Products.Barcode': 'sent blank and answered null as in the POST example',
    'Products.ShortDescription': 'as Barcode',
    'Products.Description': 'as Barcode',
    'Products.InternalNote': 'as Barcode',
    'Products.StockLocator': 'as Barcode',
    'Products.AssemblyInstructionURL': 'as Barcode',
    ...Object.fromEntries(
      Array.from({ length: 10 }, (_, index) => [`Products.AdditionalAttribute${index + 1}`, 'as Barcode']),
    ),
  });
  await checkProductSuppliers(world);
}

async function checkProductSuppliers(world: ExampleWorld): Promise<void> {
  const { simulator } = world;
  const request = world.load('product-suppliers.post.request');
  const rows = Array.isArray(request['ProductSuppliers']) ? request['ProductSuppliers'] : [];
  const supplierId = member(simulator.suppliersNamed('ABPA')[0], 'ID');
  const productId = member(simulator.products()[0], 'ID');
  const replaced = rows.map((row) =>
    typeof row === 'object' && row !== null && !Array.isArray(row)
      ? { ...row, SupplierID: supplierId, ProductID: productId }
      : row,
  );
  await world.pair('product-suppliers', {
    path: '/product-suppliers',
    replace: { ProductSuppliers: replaced },
  });
  simulator.switches.productSuppliersGet = '200';
  await world.get('product-suppliers', `/product-suppliers?ProductID=${productId}`, {
    'ProductSuppliers.ProductSupplierOptions.SupplyIntervals':
      'filled in some rows of the example and empty in others',
  });
  simulator.switches.productSuppliersGet = '405';
}
