/** A seeded random generator of numbers in [0, 1) (Tommy Ettinger's mulberry32, public domain). */
export function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

const SEEDS = 2 ** 31

export const anySeed = (): number => Math.floor(Math.random() * SEEDS)

/** A seed for one part of a run with a seed, so that the part can be repeated alone. */
export function seedFor(seed: number, part: string): number {
  let mixed = seed
  for (const character of part) mixed = (Math.imul(mixed, 31) + character.charCodeAt(0)) | 0
  return Math.floor(randomFrom(mixed)() * SEEDS)
}
