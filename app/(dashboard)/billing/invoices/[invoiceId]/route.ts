import { requireUser } from '@/lib/http/require-user'
import { sendToInvoice } from '../send-to-invoice'

type Params = Readonly<{ params: Promise<{ invoiceId: string }> }>

export async function GET(request: Request, { params }: Params): Promise<Response> {
  const { invoiceId } = await params
  return sendToInvoice(request, invoiceId, async () => (await requireUser()).ctx)
}
