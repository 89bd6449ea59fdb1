/** Sizes of the scalable tests: `npm test` uses the short ones, `npm run long` the long ones. */
export const SIZES = {
  short: {
    crashImportRows: 2_000,
    crashImportBytes: 10_000_000,
    crashImportKills: 2,
    importManyRows: 20_000,
    chaosPeople: 600,
    chaosKills: 3,
    letterWriters: 10,
    letterKills: 2,
    fuzzMs: 6_000,
  },
  long: {
    crashImportRows: 6_000,
    crashImportBytes: 50_000_000,
    crashImportKills: 4,
    importManyRows: 100_000,
    chaosPeople: 5_000,
    chaosKills: 8,
    letterWriters: 40,
    letterKills: 4,
    fuzzMs: 180_000,
  },
}

export type Sizes = (typeof SIZES)['short']

declare module 'vitest' {
  interface ProvidedContext {
    sizes: Sizes
  }
}
