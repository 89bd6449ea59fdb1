import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { gather } from '../../scripts/chaos/gather.ts'
import { playRound } from '../../scripts/chaos/round.ts'
import { lineOf } from '../../scripts/chaos/table.ts'
import { TARGETS, type TargetName } from '../../scripts/chaos/targets.ts'
import { anySeed } from '../../scripts/local/random.ts'

/** The long form, with twenty thousand people and twenty rounds, is `npm run chaos`. */
const { chaosPeople: PEOPLE, chaosKills: KILLS } = inject('sizes')
const seed = Number(process.env.TOCSIN_SEED ?? anySeed())

const folder = mkdtempSync(join(tmpdir(), 'tocsin-chaos-'))
const crowd = join(folder, 'crowd')
beforeAll(() => gather(crowd, PEOPLE))
afterAll(() => rmSync(folder, { recursive: true }))

test.for(Object.keys(TARGETS) as TargetName[])(
  `a dispatch by %s loses no supporter and mails none twice while the runtime is killed (TOCSIN_SEED=${seed})`,
  { timeout: 120_000 },
  async (target) => {
    const state = join(folder, target)
    cpSync(crowd, state, { recursive: true })
    const round = await playRound({ target, people: PEOPLE, kills: KILLS, seed, state })
    console.log(lineOf({ target, number: 1, people: PEOPLE, round }))
    expect(round.kills).toBeGreaterThan(0)
    expect(round.verdict.faults).toEqual([])
    expect(round.end).toMatchObject({ lost: 0, doubled: 0, uncertain: { batches: 0 }, faults: [] })
  },
)
