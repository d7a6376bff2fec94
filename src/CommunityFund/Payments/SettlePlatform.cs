using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Payments;

/// <summary>
/// A line of the bank is what a platform paid out: gifts booked gross from its bill, less its fee. The money goes over to the bank,
/// and the fee is shared over the gifts' funds by what each received.
/// </summary>
/// <param name="Lines">Lines of the platform's bill, booked and not settled yet.</param>
/// <param name="BookedOn">The open day it is booked on, if it comes late.</param>
public sealed record SettlePlatform(Guid Key, long BankLine, IReadOnlyList<long> Lines, LocalDate? BookedOn = null) : Command<long>(Key)
{
    /// <summary>A line was settled meanwhile, is not booked, or is of several platforms.</summary>
    public const string NotOpen = "settlement.not-open";

    /// <summary>The bank's line is no money in, or a voucher rests on it.</summary>
    public const string NoBankLine = "settlement.no-bank-line";

    /// <summary>The difference is no fee: too much, or the bank got more than there was.</summary>
    public const string OddFee = "settlement.odd-fee";

    /// <summary>Fees of those days have vouchers of their own that wait for review.</summary>
    public const string FeesWait = "settlement.fees-wait";

    /// <summary>The bill shows more fees of those days than are missing at the bank.</summary>
    public const string FeesUnlike = "settlement.fees-unlike";

    /// <summary>Fees of more than so many per cent are none.</summary>
    public const int MostPercent = 5;

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant).ForWholeBook());

    /// <returns>The voucher.</returns>
    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        Paid paid = await Bank(work, ct);
        List<PlatformLine> lines = await Chosen(work, ct);
        long gross = lines.Sum(line => line.Units), fee = gross - paid.Units;
        if (fee < 0 || fee > gross / (100 / MostPercent))
        {
            throw new RefusedException(OddFee, ("gross", Amount.Fen(gross)), ("paid", Amount.Fen(paid.Units)), ("fee", Amount.Fen(fee)),
                ("limit", MostPercent));
        }

        List<PlatformFee> fees = await Fees(work, lines, fee, ct);
        Settlement settlement = new()
        {
            BookId = work.Book,
            PlatformId = lines[0].Platform,
            BankLineId = BankLine,
            Gross = gross,
            Fee = fee,
            State = SettlementState.Prepared,
            MadeBy = work.ActorId,
            MadeAt = work.Now,
        };
        work.Db.Add(settlement);
        await work.Db.SaveChangesAsync(ct);
        work.Db.AddRange(lines.Select(line =>
            new SettlementLine { BookId = work.Book, SettlementId = settlement.SettlementId, BankLineId = line.Line }));
        await work.Db.SaveChangesAsync(ct);
        LocalDate day = await work.BookedDay(new LocalDate(paid.Day.Year, paid.Day.Month, paid.Day.Day), BookedOn, ct);
        JournalEntry entry = await Entry(work, lines, paid, fee, day, ct);
        settlement.VoucherId = await work.Prepare(
            new Draft(entry, Bank: [new BankPart(BankLine)], Then: new SettlementPosted(settlement.SettlementId),
                Otherwise: new SettlementUndone(settlement.SettlementId), Undo: new SettlementUndone(settlement.SettlementId)), ct);
        await BankMatch.Write(work, settlement.VoucherId.Value, [.. fees.Select(line => new BankPart(line.Line))], ct);
        return settlement.VoucherId.Value;
    }

    /// <summary>The lines that were chosen, and the fees of those days that were booked by themselves: they are paid already.</summary>
    private async Task<List<PlatformLine>> Chosen(Work work, CancellationToken ct)
    {
        List<PlatformLine> open = await PlatformLine.Unsettled(work, ct), lines = [.. open.Where(line => Lines.Contains(line.Line))];
        if (lines.Count == 0 || lines.Count != Lines.Distinct().Count() || lines.Select(line => line.Platform).Distinct().Count() != 1)
        {
            throw new RefusedException(NotOpen);
        }

        (DateOnly from, DateOnly until) = (lines.Min(line => line.Day), lines.Max(line => line.Day));
        return [.. open.Where(line => line.Platform == lines[0].Platform && (Lines.Contains(line.Line)
            || (line.IsFee && line.Day >= from && line.Day <= until)))];
    }

    /// <summary>The fees that the bill shows as lines of their own and nobody has booked: the settlement's voucher books them, so they
    /// are its lines too.</summary>
    private static async Task<List<PlatformFee>> Fees(Work work, List<PlatformLine> lines, long fee, CancellationToken ct)
    {
        List<PlatformFee> fees = await PlatformFee.Open(
            work, lines[0].Platform, lines.Min(line => line.Day), lines.Max(line => line.Day), ct);
        if (fees.Any(line => line.Waits))
        {
            throw new RefusedException(FeesWait);
        }

        return -fees.Sum(line => line.Units) <= fee ? fees
            : throw new RefusedException(FeesUnlike, ("fee", Amount.Fen(fee)), ("listed", Amount.Fen(-fees.Sum(line => line.Units))));
    }

    private async Task<Paid> Bank(Work work, CancellationToken ct)
    {
        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from bank_line where book_id = {work.Book} and bank_line_id = {BankLine} for no key update", ct);
        return await work.Db.Database.SqlQuery<Paid>(
            $"""
            select b.units as "Units", b.occurred_on as "Day", a.account_id as "Account" from bank_line b
              join bank_account a on a.book_id = b.book_id and a.bank_account_id = b.bank_account_id and a.kind = 'bank'
             where b.book_id = {work.Book} and b.bank_line_id = {BankLine} and b.units > 0 and b.state <> 'ignored'
               and not exists (select 1 from bank_match_open m where m.book_id = b.book_id and m.bank_line_id = b.bank_line_id)
            """).SingleOrDefaultAsync(ct) ?? throw new RefusedException(NoBankLine);
    }

    private static async Task<JournalEntry> Entry(Work work, List<PlatformLine> lines, Paid paid, long fee, LocalDate day, CancellationToken ct)
    {
        Chart chart = await work.ChartOn(day, ct);
        int platformAccount = (await OwnBankAccount.All(work, ct)).Single(account => account.Id == lines[0].Platform).Account;
        (Account bank, Account platform, Account cost) = (chart.ById(paid.Account).Account, chart.ById(platformAccount).Account,
            chart.Part(Account.Keys.FundraisingExpense, "手续费").Account);
        List<SettledShare> shares = await SettledShare.Of(work, lines, platformAccount, ct);
        IReadOnlyList<Amount> fees = Amount.Fen(fee).SplitBy([.. shares.Select(share => Math.Max(0, share.Units))]);
        EntryDraft draft = JournalEntry.On(day, $"平台结算 {lines.Min(line => line.Day):yyyy-MM-dd} 至 {lines.Max(line => line.Day):yyyy-MM-dd}");
        Tags moved = new(CashFlow: CashFlow.Internal);
        foreach (var (share, borne) in shares.Zip(fees))
        {
            string fund = share.Fund.Code;
            Amount net = Amount.Fen(share.Units) - borne;
            if (!net.IsZero)
            {
                (Account to, Account from) = net.IsPositive ? (bank, platform) : (platform, bank);
                draft.Debit(to, fund, Amount.Fen(Math.Abs(net.Units)), moved).Credit(from, fund, Amount.Fen(Math.Abs(net.Units)), moved);
            }

            foreach (var (restriction, part) in share.Bear(borne))
            {
                draft.Debit(cost, fund, part, new Tags(cost.NeedsRestriction ? restriction : null))
                    .Credit(platform, fund, part, new Tags(CashFlow: CashFlow.OtherPaid));
                if (restriction == Restriction.Restricted && !cost.NeedsRestriction)
                {
                    await ReleaseAsUsed.Write(work, chart, draft, share.Fund, part, day, ct);
                }
            }
        }

        return draft.Balanced();
    }

    private sealed record Paid(long Units, DateOnly Day, int Account);
}
