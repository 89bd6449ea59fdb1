import * as z from 'zod'
import { currentCampaign } from '../campaigns/current-campaign.ts'
import { compile, type TemplateInput } from '../emails/template/compile.ts'
import { type CompiledTemplate, compiledTemplate } from '../emails/template/template.ts'
import { templateHash } from '../emails/template/template-hash.ts'
import { fromUtf8, sha256Hex, utf8 } from '../kit/bytes.ts'
import type { Bytes } from '../kit/caches/byte-cache.ts'
import { DAY_MS, HOUR_MS } from '../kit/durations.ts'
import { parseJson } from '../kit/parse-json.ts'
import type { Database, StoredEntry } from '../storage/database.ts'
import { deleteOldTemplates } from './old-templates.ts'
import { type RenderedFrom, RenderedRows } from './rendered-rows.ts'

/** Milliseconds after a publication until its older results are deleted again: copies in KV lag by minutes, and mails are made of them. */
const SWEEP_AGAIN_MS = HOUR_MS

/** The alarm of the renderer's object; times are epoch ms. */
type SweepAlarm = { at(): Promise<number | null>; set(at: number): Promise<void> }

/** What a renderer has made, stored by the hash of what it is made of. The alarm calls `sweep`. */
export class RenderCache {
  readonly #rows: RenderedRows
  readonly #alarm: SweepAlarm
  readonly #oldTemplatesGone: StoredEntry<boolean>

  constructor(db: Database, alarm: SweepAlarm) {
    this.#rows = new RenderedRows(db)
    this.#alarm = alarm
    this.#oldTemplatesGone = db.entry('old-templates-gone', z.boolean())
  }

  /** A compiled e-mail. @throws Error as `compile` does. */
  async template(input: TemplateInput): Promise<CompiledTemplate> {
    const hash = await templateHash(input)
    const stored = this.#rows.find(hash, Date.now())
    const known = compiledTemplate.safeParse(stored && parseJson(fromUtf8(stored)))
    if (known.success) return known.data
    const compiled = await compile(input)
    await this.#store(hash, input.campaign ?? null, utf8(JSON.stringify(compiled)))
    return compiled
  }

  /** The bytes that `make` makes of `parts`. A null result is not stored. */
  async bytes(parts: unknown, from: RenderedFrom, make: () => Promise<Bytes | null>): Promise<Bytes | null> {
    const hash = await sha256Hex(JSON.stringify(parts))
    const known = this.#rows.find(hash, Date.now())
    if (known !== undefined) return known
    const bytes = await make()
    if (bytes !== null) await this.#store(hash, from, bytes)
    return bytes
  }

  /** Deletes everything made of earlier revisions of a campaign. */
  async forgetEarlier(slug: string, revision: string): Promise<void> {
    this.#rows.keepOnly(slug, revision)
    if (!this.#rows.isEmpty()) await this.#sweepWithin(SWEEP_AGAIN_MS)
  }

  /** Deletes what nobody used for a month, what was made of a revision that is no longer current, and what earlier versions left in KV. */
  async sweep(env: Env): Promise<void> {
    this.#rows.dropUnused(Date.now())
    for (const slug of this.#rows.slugs()) {
      const current = await currentCampaign(env, slug)
      this.#rows.keepOnly(slug, current?.revision ?? null)
    }
    if (!this.#oldTemplatesGone.get()) this.#oldTemplatesGone.put(await deleteOldTemplates(env.CONTENT))
  }

  /** Sets the alarm for the next sweep, if anything is stored. */
  async scheduleSweep(): Promise<void> {
    if (!this.#rows.isEmpty()) await this.#sweepWithin(DAY_MS)
  }

  async #store(hash: string, from: RenderedFrom, bytes: Bytes): Promise<void> {
    this.#rows.add(hash, from, bytes, Date.now())
    await this.#sweepWithin(DAY_MS)
  }

  /** Sets the alarm, unless it is set for an earlier time that has not passed. */
  async #sweepWithin(milliseconds: number): Promise<void> {
    const at = await this.#alarm.at()
    const wanted = Date.now() + milliseconds
    if (at === null || at < Date.now() || at > wanted) await this.#alarm.set(wanted)
  }
}
