import { translator } from '../../kit/page-texts.ts'
import { paths } from '../../paths.ts'
import { MessagePage, type PageProps } from '../../web/message-pages.tsx'
import type { Paper } from './pdf/document.ts'

/** Names of paper sizes, the same in every language. */
const PAPER_NAMES: Record<Paper, string> = { a4: 'A4', letter: 'US Letter' }

type PdfLinksProps = {
  locale: string
  slug: string
  /** Target id; all targets with post or fax by default. */
  target?: string | undefined
}

export function PdfLinks({ locale, slug, target }: PdfLinksProps) {
  const t = translator(locale)
  return (
    <p>
      {t(target === undefined ? 'sheet.pdf-all' : 'sheet.pdf')}
      {Object.entries(PAPER_NAMES).map(([paper, name]) => (
        <>
          {' '}
          <a class="target-size" href={paths.letterPdf(locale, slug, paper, target)}>
            <bdi lang="en">{name}</bdi>
          </a>
        </>
      ))}
    </p>
  )
}

export const NoPdf = ({ locale }: { locale: string }) => <p class="soft">{translator(locale)('sheet.no-pdf')}</p>

type NoPdfPageProps = PageProps & {
  slug: string
  target?: string | undefined
  /** True when the requested paper size does not exist. */
  unknownPaper?: boolean
}

/** The page shown when no PDF can be made: links to valid requests and to the print page. */
export function NoPdfPage({ slug, target, unknownPaper = false, ...page }: NoPdfPageProps) {
  const t = translator(page.locale)
  const sheets = paths.letterSheets(page.locale, slug)
  return (
    <MessagePage
      title={t(unknownPaper ? 'sheet.no-paper-title' : 'sheet.no-pdf-title')}
      lead={t(unknownPaper ? 'sheet.no-paper' : 'sheet.no-pdf')}
      {...page}
    >
      {unknownPaper && <PdfLinks locale={page.locale} slug={slug} target={target} />}
      <p>
        <a class="button" href={target === undefined ? sheets : paths.letterSheet(page.locale, slug, target)}>
          {t('sheet.title')}
        </a>
      </p>
    </MessagePage>
  )
}
