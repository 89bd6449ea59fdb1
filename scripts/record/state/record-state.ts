import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { openStage } from '../stage.ts'
import { compactState } from './compact.ts'
import { FACTS_FILE, RECORDED_STATE, STATE_FOLDER, STATE_SETTINGS } from './recorded-state.ts'
import { makeState } from './scenario.ts'

/** Records a state anew, with what is true of it. */
export async function recordState(bundle: string): Promise<void> {
  const stage = await openStage(bundle, STATE_SETTINGS)
  try {
    const facts = await makeState(stage)
    rmSync(RECORDED_STATE, { recursive: true, force: true })
    mkdirSync(RECORDED_STATE, { recursive: true })
    writeFileSync(FACTS_FILE, `${JSON.stringify(facts, null, 2)}\n`)
  } catch (error) {
    await stage.close()
    throw error
  }
  await stage.close(STATE_FOLDER)
  compactState(STATE_FOLDER)
}
