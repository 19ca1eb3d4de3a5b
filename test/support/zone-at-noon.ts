/** A zone in which it is about one in the afternoon now: whoever has their birthday there today gets a card at once. */
export function zoneAtNoon(now: Date): string {
  const ahead = 13 - now.getUTCHours();
  return ahead === 0 ? 'Etc/GMT' : `Etc/GMT${ahead > 0 ? '-' : '+'}${Math.abs(ahead)}`;
}
