import { directionOf } from '../../kit/locales.ts'
import { type SignatureList, signatureTable } from './signatures.ts'

/**
 * Everybody who signed, as it leaves the printer (`LETTER_STYLE` goes with it): for every script, as each name runs its own way. No row is cut
 * by the end of a page, and the head of the table stands on each.
 */
export function SignatureSheet({ list, locale }: { list: SignatureList; locale: string }) {
  const { headers, rows, total } = signatureTable(list, locale)
  return (
    <div class="sheet flow" lang={locale} dir={directionOf(locale)}>
      <h1>{list.title}</h1>
      <p>{list.lead}</p>
      <table class="signatures">
        <thead>
          <tr>
            <th scope="col">{headers.number}</th>
            <th scope="col">{headers.name}</th>
            <th scope="col">{headers.place}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ number, name, place }) => (
            <tr>
              <td>{number}</td>
              <td>
                <bdi>{name}</bdi>
              </td>
              <td>
                <bdi>{place}</bdi>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p>
        <strong>{total}</strong>
      </p>
    </div>
  )
}
