import type { ReactNode } from 'react'
import { AccountHead } from '@/components/console/account-head'
import { requireStaffAccount } from '@/lib/http/require-staff'

type Props = Readonly<{ params: Promise<{ accountId: string }>; children: ReactNode }>

export default async function AccountLayout({ params, children }: Props) {
  const { account } = await requireStaffAccount(params)
  return (
    <>
      <AccountHead account={account} />
      {children}
    </>
  )
}
