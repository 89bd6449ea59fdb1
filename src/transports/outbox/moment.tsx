/** A time (epoch ms) in UTC, to the second. */
export const Moment = ({ at }: { at: number }) => {
  const iso = new Date(at).toISOString()
  return <time datetime={iso}>{iso.replace('T', ' ').slice(0, 19)} UTC</time>
}
