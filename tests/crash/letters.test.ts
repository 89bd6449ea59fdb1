import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, inject, test } from 'vitest'
import { playLetterRound } from '../../scripts/chaos/letters/round.ts'
import { lineOf } from '../../scripts/chaos/letters/table.ts'
import { TARGETS, type TargetName } from '../../scripts/chaos/targets.ts'
import { anySeed } from '../../scripts/local/random.ts'

/** The long form, with two hundred writers and six rounds, is `npm run chaos -- --letters`. */
const { letterWriters: PEOPLE, letterKills: KILLS } = inject('sizes')
const seed = Number(process.env.TOCSIN_SEED ?? anySeed())

test.for(Object.keys(TARGETS) as TargetName[])(
  `letters by %s are neither lost nor sent twice while the runtime is killed (TOCSIN_SEED=${seed})`,
  { timeout: 240_000 },
  async (target) => {
    const state = mkdtempSync(join(tmpdir(), 'tocsin-letters-'))
    try {
      const round = await playLetterRound({ target, people: PEOPLE, kills: KILLS, seed, state })
      console.log(lineOf({ target, number: 1, people: PEOPLE, round }))
      expect(round.kills).toBeGreaterThan(0)
      expect(round.verdict.faults).toEqual([])
      expect(round.end).toMatchObject({ lost: 0, doubled: 0, uncertain: 0, faults: [] })
    } finally {
      rmSync(state, { recursive: true })
    }
  },
)
