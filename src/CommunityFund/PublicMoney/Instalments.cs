using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.PublicMoney;

/// <summary>What stands in the books by a contract's vouchers, and which of them wait.</summary>
internal static class PublicStanding
{
    /// <summary>Money of the contract is on its way into the books or out again, and what it settles is not settled twice.</summary>
    public const string ReceiptWaits = "public.receipt-waits";

    /// <summary>An acceptance of the contract waits, or its reversal.</summary>
    public const string AcceptanceWaits = "public.acceptance-waits";

    /// <summary>Credits less debits of an account, in posted vouchers that nobody reverses.</summary>
    /// <param name="withWaiting">Also what waits for review.</param>
    public static async Task<long> Of(Work work, long contract, string account, bool withWaiting, CancellationToken ct)
    {
        string part = account + ".";
        return await (
            from row in work.Db.Set<PublicVoucher>()
            join voucher in work.Db.Vouchers on new { row.BookId, row.VoucherId } equals new { voucher.BookId, voucher.VoucherId }
            join line in work.Db.VoucherLines on new { row.BookId, row.VoucherId } equals new { line.BookId, line.VoucherId }
            join named in work.Db.Accounts on new { line.BookId, line.AccountId } equals new { named.BookId, named.AccountId }
            where row.BookId == work.Book && row.PublicContractId == contract && voucher.ReversedBy == null
                && (named.Key == account || named.Key.StartsWith(part))
                && (voucher.State == VoucherState.Posted || (withWaiting && voucher.State == VoucherState.Prepared))
                && !work.Db.Vouchers.Any(red => red.BookId == row.BookId && red.Kind == VoucherKind.Reversal
                    && red.CorrectsEntryNo == voucher.EntryNo && voucher.EntryNo != null && red.State == VoucherState.Prepared)
            select line.Side == Side.Credit ? line.Units : -line.Units).SumAsync(ct);
    }

    /// <summary>An acceptance is worked out from what has come and a receipt from what was accepted: one waits for the other.</summary>
    public static async Task RequireNone(Work work, PublicContract contract, PublicRole role, CancellationToken ct)
    {
        bool waits = await (
            from row in work.Db.Set<PublicVoucher>()
            join voucher in work.Db.Vouchers on new { row.BookId, row.VoucherId } equals new { voucher.BookId, voucher.VoucherId }
            where row.BookId == work.Book && row.PublicContractId == contract.PublicContractId && row.Role == role
                && (voucher.State == VoucherState.Prepared || work.Db.Vouchers.Any(red => red.BookId == row.BookId
                    && red.Kind == VoucherKind.Reversal && red.CorrectsEntryNo == voucher.EntryNo && voucher.EntryNo != null
                    && red.State == VoucherState.Prepared))
            select row).AnyAsync(ct);
        if (!waits && role == PublicRole.Receipt)
        {
            // A receipt's row is written when its voucher is posted; until then the instalment's expectation knows it.
            waits = await (
                from row in work.Db.Set<PublicInstalment>()
                join awaited in work.Db.Set<Expectation>() on new { row.BookId, Id = row.ExpectationId }
                    equals new { awaited.BookId, Id = (long?)awaited.ExpectationId }
                join voucher in work.Db.Vouchers on new { row.BookId, Id = awaited.VoucherId }
                    equals new { voucher.BookId, Id = (long?)voucher.VoucherId }
                where row.BookId == work.Book && row.PublicContractId == contract.PublicContractId
                    && voucher.State == VoucherState.Prepared
                select row).AnyAsync(ct);
        }

        if (waits)
        {
            throw new RefusedException(role == PublicRole.Receipt ? ReceiptWaits : AcceptanceWaits, ("number", contract.Number));
        }
    }
}

/// <summary>What a contract has seen so far, in posted vouchers that nobody reverses.</summary>
internal sealed record PublicSoFar(long Received, long Accepted, long Refunded)
{
    public static async Task<PublicSoFar> Of(Work work, long contract, bool withWaiting, CancellationToken ct)
    {
        var rows = await (from row in work.Db.Set<PublicVoucher>()
                          join voucher in work.Db.Vouchers on new { row.BookId, row.VoucherId } equals new
                          {
                              voucher.BookId,
                              voucher.VoucherId
                          }
                          where row.BookId == work.Book && row.PublicContractId == contract && voucher.ReversedBy == null
                              && (voucher.State == VoucherState.Posted || (withWaiting && voucher.State == VoucherState.Prepared))
                              && !work.Db.Vouchers.Any(red => red.BookId == row.BookId && red.Kind == VoucherKind.Reversal
                                  && red.CorrectsEntryNo == voucher.EntryNo && voucher.EntryNo != null
                                      && red.State == VoucherState.Prepared)
                          group row by row.Role into part
                          select new { part.Key, Units = part.Sum(row => row.Units) }).ToListAsync(ct);
        return new PublicSoFar(Sum(PublicRole.Receipt), Sum(PublicRole.Acceptance), Sum(PublicRole.Refund));

        long Sum(PublicRole role) => rows.Where(row => row.Key == role).Sum(row => row.Units);
    }
}

/// <summary>
/// Instalments as expectations. A subsidy is income when it comes; what is paid for services is an advance until the work is
/// accepted, and what
/// was accepted before it was paid is a receivable that the next instalments settle.
/// </summary>
internal static class Instalments
{
    public const string Grants = "government-grant-income", ServiceIncome = "service-income", Advances = "advances-received",
        Receivables = "accounts-receivable";

    /// <summary>Writes, or writes anew, what is waited for of the instalments that have not come.</summary>
    /// <param name="receivable">What the voucher that is being posted leaves owing.</param>
    public static async Task Await(Work work, PublicContract contract, CancellationToken ct, long receivable = 0)
    {
        if (contract.Nature == PublicNature.Agency)
        {
            return;
        }

        long owed = Math.Max(
            0, receivable - await PublicStanding.Of(work, contract.PublicContractId, Receivables, withWaiting: false, ct));
        Chart chart = await work.ChartOn(work.Today, ct);
        Fund fund = await work.FundById(contract.FundId, ct);
        foreach (PublicInstalment row in await work.Db.Set<PublicInstalment>()
            .Where(row => row.BookId == work.Book && row.PublicContractId == contract.PublicContractId).OrderBy(row =>
                row.No).ToListAsync(ct))
        {
            Expectation? awaited = await work.Db.Set<Expectation>()
                .SingleOrDefaultAsync(each => each.BookId == work.Book && each.ExpectationId == row.ExpectationId, ct);
            if (awaited?.VoucherId is not null)
            {
                continue;
            }

            long settles = Math.Min(owed, row.Units);
            owed -= settles;
            if (awaited is not null)
            {
                int account = chart.Find(chart.Part(Receivables).Account.Key)!.AccountId;
                long was = await work.Db.Set<ExpectationLine>().Where(line => line.BookId == work.Book
                    && line.ExpectationId == awaited.ExpectationId && line.AccountId == account).SumAsync(line => line.Units,
                        ct);
                if (was == settles)
                {
                    continue;
                }

                (awaited.ClosedBy, awaited.ClosedAt) = (work.ActorId, work.Now);
            }

            row.ExpectationId = await new Expected(ExpectationKind.Other, Amount.Fen(row.Units), Words(contract), row.DueOn,
                [.. Lines(chart, contract, fund, row.Units, settles)], $"ZF{contract.PublicContractId}-{row.No}",
                    contract.PayerId,
                Then: new InstalmentCame(contract.PublicContractId, row.No),
                    Undo: new InstalmentGone(contract.PublicContractId)).Write(work, ct);
            await work.Db.SaveChangesAsync(ct);
        }
    }

    public static string Words(PublicContract contract) =>
        contract.Nature == PublicNature.Services ? $"收到政府购买服务款 {contract.Number}" : $"收到政府补助 {contract.Number}";

    private static IEnumerable<ExpectedLine> Lines(Chart chart, PublicContract contract, Fund fund, long units, long settles)
    {
        Tags payer = new(Counterparty: contract.PayerId);
        if (contract.Nature == PublicNature.Subsidy)
        {
            yield return new ExpectedLine(chart.Part(Grants).Account, fund, Side.Credit, Amount.Fen(units),
                CashFlow.SubsidiesReceived, payer with
                {
                    Restriction = contract.Restriction,
                    Clause = contract.Restriction == Restriction.Restricted ? contract.Clause : null,
                });
            yield break;
        }

        if (settles > 0)
        {
            yield return new ExpectedLine(chart.Part(Receivables).Account, fund, Side.Credit, Amount.Fen(settles),
                CashFlow.ServicesReceived, payer);
        }

        if (units > settles)
        {
            yield return new ExpectedLine(chart.Part(Advances).Account, fund, Side.Credit, Amount.Fen(units - settles),
                CashFlow.ServicesReceived, payer);
        }
    }
}

/// <summary>The bank's line of an instalment was booked: its voucher names the contract.</summary>
[Consequence("public-instalment-came", 1)]
internal sealed record InstalmentCame(long Contract, short No) : Consequence
{
    internal override Need Needs => Need.Any(Role.Accountant);

    internal override async Task Happen(Work work, CancellationToken ct)
    {
        PublicContract contract = await PublicContract.Agreed(work, Contract, ct);
        await PublicStanding.RequireNone(work, contract, PublicRole.Acceptance, ct);
        PublicInstalment row = await work.Db.Set<PublicInstalment>()
            .SingleAsync(each => each.BookId == work.Book && each.PublicContractId == Contract && each.No == No, ct);
        Expectation met = await work.Db.Set<Expectation>()
            .SingleAsync(each => each.BookId == work.Book && each.ExpectationId == row.ExpectationId, ct);
        work.Db.Add(new PublicVoucher
        {
            BookId = work.Book,
            VoucherId = met.VoucherId!.Value,
            PublicContractId = Contract,
            Role = PublicRole.Receipt,
            No = No,
            Units = row.Units,
        });
        await work.Db.SaveChangesAsync(ct);
    }
}

/// <summary>That voucher was reversed: what is waited for is what the books say now.</summary>
[Consequence("public-instalment-gone", 1)]
internal sealed record InstalmentGone(long Contract) : RegisterUndone
{
    internal override VoucherRegister Register => VoucherRegister.PublicMoney;

    internal override async Task Happen(Work work, CancellationToken ct)
    {
        PublicContract contract = await PublicContract.Agreed(work, Contract, ct);
        await PublicStanding.RequireNone(work, contract, PublicRole.Acceptance, ct);
        await Instalments.Await(work, contract, ct);
    }
}
