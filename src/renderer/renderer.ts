import { DurableObject } from 'cloudflare:workers'
import type { Campaign } from '../campaigns/campaign.ts'
import type { LetterSheet } from '../campaigns/print/letter-sheet.ts'
import type { Paper } from '../campaigns/print/pdf/document.ts'
import { sheetsPdf } from '../campaigns/print/pdf/sheets.ts'
import { signaturesPdf } from '../campaigns/print/pdf/signatures.ts'
import { signaturesPage } from '../campaigns/print/signature-page.tsx'
import type { SignatureList } from '../campaigns/print/signatures.ts'
import { drawPicture } from '../campaigns/share-image/draw.ts'
import { layOut, type PictureText } from '../campaigns/share-image/layout.ts'
import type { Email } from '../emails/message.ts'
import { type Preview, preview } from '../emails/preview.ts'
import type { MailSender, TemplateInput } from '../emails/template/compile.ts'
import type { CompiledTemplate } from '../emails/template/template.ts'
import type { Bytes } from '../kit/caches/byte-cache.ts'
import { errorMessage, ok, type Result } from '../kit/result.ts'
import { rendererOf } from '../objects.ts'
import { Database } from '../storage/database.ts'
import { type CampaignCheck, type CampaignFiles, checkCampaign } from './check-campaign.ts'
import { RenderCache } from './render-cache.ts'
import { RENDERED_STEPS, type RenderedFrom } from './rendered-rows.ts'

/** An e-mail of a campaign in one language. */
type PreviewRequest = {
  campaign: Campaign
  email: Email
  locale: string
  sender: MailSender
  updateId?: string | undefined
}

/**
 * Does the work that takes more CPU than a Worker's request may: e-mail templates, campaign checks, PDFs and pictures. One object for
 * each use and language (`rendererOf`). Results are cached by the hash of what they are made of; lists of people never are.
 */
export class Renderer extends DurableObject<Env> {
  readonly #cache: RenderCache

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.#cache = new RenderCache(new Database(ctx, RENDERED_STEPS), {
      at: () => ctx.storage.getAlarm(),
      set: (at) => ctx.storage.setAlarm(at),
    })
  }

  /** A compiled e-mail, or why it cannot be compiled. */
  template(input: TemplateInput): Promise<Result<CompiledTemplate, string>> {
    return resultOf(this.#cache.template(input))
  }

  /** An e-mail of a campaign with sample values, or why it cannot be made. */
  preview({ campaign, email, locale, sender, updateId }: PreviewRequest): Promise<Result<Preview, string>> {
    return resultOf(preview(campaign, email, locale, sender, updateId, (input) => this.#cache.template(input)))
  }

  /** Checks a campaign before its publication. Each language's renderer compiles the appeal. */
  checkCampaign(files: CampaignFiles, sender: MailSender): Promise<CampaignCheck> {
    return checkCampaign(files, (campaign, locale) =>
      rendererOf(this.env, 'mail', locale).preview({ campaign, email: 'appeal', locale, sender }),
    )
  }

  /** A PDF of printed letters; null when the font lacks a character. */
  sheetsPdf(from: RenderedFrom, sheets: LetterSheet[], paper: Paper): Promise<Bytes | null> {
    return this.#cache.bytes([SHEETS, paper, sheets], from, () => sheetsPdf(sheets, paper))
  }

  /** A share image; null when its words cannot be drawn. */
  picture(from: RenderedFrom, text: PictureText): Promise<Bytes | null> {
    return this.#cache.bytes([PICTURE, text], from, async () => {
      const layout = layOut(text)
      return layout === null ? null : drawPicture(layout)
    })
  }

  /** The list of signatures to hand over; null when the font lacks the letters of the language. Not cached, because it names people. */
  signaturesPdf(list: SignatureList, paper: Paper, locale: string): Promise<Bytes | null> {
    return signaturesPdf(list, paper, locale)
  }

  /** The same list as a page of HTML. */
  async signaturesPage(list: SignatureList, locale: string): Promise<string> {
    return String(await signaturesPage(list, locale))
  }

  /** Deletes everything made of earlier revisions of a campaign, since names in them may be withdrawn. */
  forgetEarlier(slug: string, revision: string): Promise<void> {
    return this.#cache.forgetEarlier(slug, revision)
  }

  override async alarm(): Promise<void> {
    await this.#cache.sweep(this.env).catch((error: unknown) => console.error('renderer', errorMessage(error)))
    await this.#cache.scheduleSweep()
  }
}

/** What is made, with a version. Increase the number when our code draws it differently. */
const SHEETS = 'sheets 1'
const PICTURE = 'picture 1'

const resultOf = <T>(made: Promise<T>): Promise<Result<T, string>> =>
  made.then(
    (value) => ok(value),
    (error: unknown) => ({ ok: false, error: errorMessage(error) }),
  )
