import { createTheme, defaultVariantColorsResolver, parseThemeColor } from '@mantine/core';
import { common } from './texts/common.ts';

export const theme = createTheme({
  primaryColor: 'cyan',
  primaryShade: 9,
  defaultRadius: 'md',
  cursorType: 'pointer',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
  respectReducedMotion: true,
  // Buttons that are a cross alone have a name.
  components: {
    CloseButton: { defaultProps: { 'aria-label': common.close } },
    Notification: { defaultProps: { closeButtonProps: { 'aria-label': common.close } } },
  },
  // Coloured text on its own pale ground needs a darker shade than Mantine takes (WCAG 2.2, 1.4.3).
  variantColorResolver(input) {
    const colours = defaultVariantColorsResolver(input);
    if (input.variant !== 'light' && input.variant !== 'subtle' && input.variant !== 'outline')
      return colours;
    const { color, isThemeColor } = parseThemeColor({
      color: input.color ?? input.theme.primaryColor,
      theme: input.theme,
    });
    if (!isThemeColor) return colours;
    const dark = `color-mix(in srgb, var(--mantine-color-${color}-9), black 30%)`;
    return { ...colours, color: `light-dark(${dark}, var(--mantine-color-${color}-2))` };
  },
});
