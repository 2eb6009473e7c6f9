import { create } from 'qrcode';

interface QrCodeProps {
  readonly text: string;
  /** What is read aloud in its place. */
  readonly label: string;
}

/** Light squares around the code, without which it is not found. */
const MARGIN = 4;

/** A QR code, always dark on light: apps do not read the reverse. */
export function QrCode({ text, label }: QrCodeProps) {
  const { size, data } = create(text, { errorCorrectionLevel: 'M' }).modules;
  const whole = size + 2 * MARGIN;
  const path = [...data]
    .flatMap((dark, place) =>
      dark === 1 ? [`M${(place % size) + MARGIN} ${Math.floor(place / size) + MARGIN}h1v1h-1z`] : [],
    )
    .join('');
  return (
    <svg
      viewBox={`0 0 ${whole} ${whole}`}
      width={220}
      height={220}
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
    >
      <rect width={whole} height={whole} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
