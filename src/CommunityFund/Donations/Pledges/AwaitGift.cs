using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Donations.Pledges;

/// <summary>What is waited for, with how it will be booked: the bank's line meets it, and the gift stands in the register.</summary>
internal static class AwaitGift
{
    public static async Task Write(Work work, ExpectedGift awaited, long donor, int fundId, Restriction restriction, string clause, string narrative,
        string code, CancellationToken ct)
    {
        work.Db.Add(awaited);
        await work.Db.SaveChangesAsync(ct);
        Fund fund = await work.FundById(fundId, ct);
        Account income = (await work.ChartOn(work.Today, ct))[Account.Keys.DonationIncome];
        Amount amount = Amount.Fen(awaited.Units);
        awaited.ExpectationId = await new Expected(ExpectationKind.Gift, amount, narrative, awaited.DueOn,
            [
                new ExpectedLine(income, fund, Side.Credit, amount, CashFlow.DonationsReceived,
                    new Tags(restriction, Counterparty: donor, Clause: clause)),
            ],
            code, donor, Then: new ExpectedGiftCame(awaited.ExpectedGiftId), Undo: new ExpectedGiftGone(awaited.ExpectedGiftId)).Write(work, ct);
        await work.Db.SaveChangesAsync(ct);
    }

    /// <summary>The fund's own words where nothing narrower is told.</summary>
    public static async Task<string> Clause(Work work, int fund, Restriction restriction, string told, CancellationToken ct)
    {
        Fund of = await NotePledge.RefuseClosed(work, fund, ct);
        string clause = restriction == Restriction.Restricted ? PlainText.Of(told) is { Length: > 0 } own ? own : of.Clause : "";
        return restriction == Restriction.Unrestricted || clause.Length is > 0 and <= 500 ? clause
            : throw new RefusedException(RecordDonation.ClauseMissing, ("fund", of.Name));
    }
}

/// <summary>The bank's line that brought an expected gift was booked: the gift stands in the register.</summary>
[Consequence("expected-gift-came", 1)]
internal sealed record ExpectedGiftCame(long ExpectedGift) : Consequence
{
    internal override Need Needs => Need.Any(Role.Accountant);

    internal override async Task Happen(Work work, CancellationToken ct)
    {
        ExpectedGift awaited = await work.Db.Set<ExpectedGift>()
            .SingleAsync(row => row.BookId == work.Book && row.ExpectedGiftId == ExpectedGift, ct);
        Expectation met = await work.Db.Set<Expectation>()
            .SingleAsync(row => row.BookId == work.Book && row.ExpectationId == awaited.ExpectationId, ct);
        LocalDate day = await work.Db.Vouchers.Where(row => row.BookId == work.Book && row.VoucherId == met.VoucherId)
            .Select(row => row.OccurredOn).SingleAsync(ct);
        List<Donation> gifts = await Gifts(work, met, day, ct);
        work.Db.AddRange(gifts);
        await work.Db.SaveChangesAsync(ct);
        awaited.DonationId = gifts.Count > 0 ? gifts[0].DonationId : null;
    }

    /// <summary>A voucher's line is silent where the fund's own words bind it.</summary>
    private static string Bound(string restriction, string said, string ofFund, string expected) =>
        Codes.RestrictionOf(restriction) != Restriction.Restricted ? "" : said.Length > 0 ? said : ofFund.Length > 0 ? ofFund : expected;

    /// <summary>The lines of the voucher that are this gift: all, where it meets nothing else, whatever a blue voucher made of them; else
    /// the one that says what was expected and is no other gift.</summary>
    private static async Task<List<Donation>> Gifts(Work work, Expectation met, LocalDate day, CancellationToken ct)
    {
        ExpectationLine expected = await work.Db.Set<ExpectationLine>().AsNoTracking()
            .Where(line => line.BookId == work.Book && line.ExpectationId == met.ExpectationId).OrderBy(line => line.LineNo).FirstAsync(ct);
        bool isAlone = await work.Db.Set<Expectation>().CountAsync(row => row.BookId == work.Book && row.VoucherId == met.VoucherId, ct) <= 1;
        List<VoucherLine> lines = await (
            from line in work.Db.VoucherLines.AsNoTracking()
            join account in work.Db.Accounts on new { line.BookId, line.AccountId } equals new { account.BookId, account.AccountId }
            where line.BookId == work.Book && line.VoucherId == met.VoucherId && account.Key == Account.Keys.DonationIncome
                && line.Side == Side.Credit && line.Units > 0
            orderby line.LineNo
            select line).ToListAsync(ct);
        if (!isAlone)
        {
            List<short?> taken = await work.Db.Set<Donation>().Where(row => row.BookId == work.Book && row.VoucherId == met.VoucherId
                && row.State == DonationState.Accepted).Select(row => row.LineNo).ToListAsync(ct);
            lines = [.. lines.Where(line => !taken.Contains(line.LineNo) && line.FundId == expected.FundId && line.Units == expected.Units
                && line.CounterpartyId == expected.CounterpartyId).Take(1)];
        }

        Dictionary<int, string> clauses = (await work.Funds(ct)).ToDictionary(fund => fund.FundId, fund => fund.Clause);
        return
        [
            .. lines.Select(line => new Donation
            {
                BookId = work.Book,
                FundId = line.FundId,
                DonorId = line.CounterpartyId,
                Units = line.Units,
                ReceivedOn = day,
                Restriction = Codes.RestrictionOf(line.Restriction) ?? Restriction.Unrestricted,
                Clause = Bound(line.Restriction, line.Clause, clauses[line.FundId], expected.Clause),
                VoucherId = met.VoucherId,
                LineNo = line.LineNo,
                Channel = GiftChannel.Bank,
                State = DonationState.Accepted,
            }),
        ];
    }
}

/// <summary>The voucher that booked an expected gift was reversed.</summary>
[Consequence("expected-gift-gone", 1)]
internal sealed record ExpectedGiftGone(long ExpectedGift) : Consequence
{
    internal override Need Needs => Need.Person;

    internal override async Task Happen(Work work, CancellationToken ct)
    {
        ExpectedGift awaited = await work.Db.Set<ExpectedGift>()
            .SingleAsync(row => row.BookId == work.Book && row.ExpectedGiftId == ExpectedGift, ct);
        if (awaited.DonationId is { } gift)
        {
            long? voucher = await work.Db.Set<Donation>().Where(row => row.BookId == work.Book && row.DonationId == gift)
                .Select(row => row.VoucherId).SingleAsync(ct);
            bool isShared = await work.Db.Set<ExpectedGift>().AnyAsync(row => row.BookId == work.Book && row.DonationId != gift
                && work.Db.Set<Donation>().Any(other => other.BookId == row.BookId && other.DonationId == row.DonationId
                    && other.VoucherId == voucher), ct);
            foreach (Donation row in await work.Db.Set<Donation>().Where(row => row.BookId == work.Book && row.State == DonationState.Accepted
                && (row.DonationId == gift || (!isShared && row.VoucherId == voucher))).ToListAsync(ct))
            {
                row.State = DonationState.Reversed;
            }

            awaited.DonationId = null;
        }
    }
}
