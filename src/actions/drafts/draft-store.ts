import { requireSettings } from '../../env.ts'
import type { Keyring } from '../../security/keyring.ts'
import type { ObjectContext } from '../object-context.ts'
import { DraftState, type DraftTable } from './draft-state.ts'

/** What differs between drafts of letters and drafts of submissions. */
type DraftStoreOptions<D> = {
  table: DraftTable
  lifetimeMs: number // of the confirmation link
  seal(keys: Keyring, campaign: string, id: string, draft: D): Promise<string>
  open(keys: Keyring, campaign: string, id: string, sealed: string): Promise<D>
  /** Whether a draft of this id was confirmed and is therefore no longer stored. */
  wasConfirmed(id: string): boolean
}

/** Drafts of one kind, sealed, from the form to the confirmation. */
export class DraftStore<D> {
  readonly #context: ObjectContext
  readonly #options: DraftStoreOptions<D>
  readonly #state: DraftState

  constructor(context: ObjectContext, options: DraftStoreOptions<D>) {
    this.#context = context
    this.#options = options
    this.#state = new DraftState(context.db, options.table)
  }

  /** Stores a draft for as long as its link works. Returns its id, or null when too many drafts wait. */
  async store(slug: string, draft: D): Promise<string | null> {
    await this.#context.begin(slug)
    const { keys } = await requireSettings(this.#context.env)
    const id = crypto.randomUUID()
    const sealed = await this.#options.seal(keys, slug, id, draft)
    if (!this.#state.insert({ id, sealed, at: Date.now() })) return null
    await this.#context.wakeBy(Date.now() + this.#options.lifetimeMs + 1) // only to delete it
    return id
  }

  /** The sealed draft, or undefined when there is none. */
  readSealed(id: string): string | undefined {
    return this.#state.find(id)?.sealed
  }

  /** @throws Error when KEYRING lacks the key that sealed it */
  open(keys: Keyring, id: string, sealed: string): Promise<D> {
    return this.#options.open(keys, this.#context.slug(), id, sealed)
  }

  /** The opened draft, `confirmed` when it was confirmed before, or null when there is none. */
  async find(id: string): Promise<D | 'confirmed' | null> {
    const sealed = this.readSealed(id)
    if (sealed === undefined) return this.#options.wasConfirmed(id) ? 'confirmed' : null
    const { keys } = await requireSettings(this.#context.env)
    return this.open(keys, id, sealed)
  }

  delete(id: string): void {
    this.#state.delete(id)
  }

  /** Deletes drafts whose links have expired, a limited number at once: `nextExpiry` says when to go on. `now` in epoch ms. */
  deleteExpired(now: number): void {
    this.#state.deleteBefore(now - this.#options.lifetimeMs)
  }

  /** When the oldest draft can be deleted (epoch ms), or null when none waits. */
  nextExpiry(): number | null {
    const oldest = this.#state.oldestAt()
    return oldest === null ? null : oldest + this.#options.lifetimeMs + 1
  }

  clear(): void {
    this.#state.clear()
  }
}
