import { setTimeout as sleep } from 'node:timers/promises'
import type { Answer, DispatchDetails, Organiser } from '../../local/organiser.ts'
import { RIG_CAMPAIGN, RIG_EMAIL } from '../../local/test-deployment.ts'
import { until } from '../resolve-uncertain.ts'

const PAUSE_MS = 200
/** Tries of a request while the runtime restarts. */
const TRIES = 100

/** Repeats a request until it is answered without an error of the server. @throws Error after 100 tries */
async function persistently<T>(request: () => Promise<Answer<T>>): Promise<Answer<T>> {
  for (let tries = 1; ; tries++) {
    const answer = await request().catch((error: unknown) => {
      if (tries === TRIES) throw error
      return null
    })
    if (answer !== null && (answer.status < 500 || tries === TRIES)) return answer
    await sleep(PAUSE_MS)
  }
}

/** All dispatches of one appeal, as an organiser opens, cancels and resolves them. */
export class Appeal {
  readonly ids: string[] = []
  readonly #api: Organiser
  readonly #revision: string
  readonly #name: string

  constructor(api: Organiser, revision: string, name: string) {
    this.#api = api
    this.#revision = revision
    this.#name = name
  }

  /** Sends the appeal to everybody, or, if that would overlap, to everybody whom no dispatch has reached. Returns the id. */
  async send(): Promise<string> {
    const open = async (audience: object, key: string) => {
      const body = { campaign: RIG_CAMPAIGN, revision: this.#revision, email: RIG_EMAIL, audience }
      return persistently(() => this.#api.dispatch(body, `${this.#name}-${this.ids.length}${key}`))
    }
    let opened = await open({}, '')
    if (opened.status === 409) opened = await open({ notReachedBy: opened.json.notReachedBy }, '-rest')
    if (opened.status !== 201) throw new Error(`the appeal was refused: ${JSON.stringify(opened.json)}`)
    this.ids.push(opened.json.id)
    return opened.json.id
  }

  /** Cancels a dispatch. False if it had finished before. */
  async cancel(id: string): Promise<boolean> {
    const { status } = await persistently(() => this.#api.act(id, 'cancel'))
    if (status === 200) return true
    return (await this.#api.dispatchDetails(id)).state === 'cancelled' // the answer of an earlier try was lost
  }

  async resolve(id: string, batch: { id: number; generation: number }, isSent: boolean): Promise<boolean> {
    const decision = isSent ? 'count-as-sent' : 'count-as-not-sent'
    const batches = [{ id: batch.id, generation: batch.generation }]
    return (await persistently(() => this.#api.resolve(id, { batches, decision }))).status === 200
  }

  /** All dispatches, once each is finished or cancelled. */
  ended(): Promise<DispatchDetails[]> {
    return until(
      () => Promise.all(this.ids.map((id) => this.#api.dispatchDetails(id))),
      (all) => all.every(({ state }) => state === 'finished' || state === 'cancelled'),
    )
  }

  async isFinished(id: string): Promise<boolean> {
    return (await this.#api.dispatchDetails(id)).state === 'finished'
  }
}
