using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.TimeBank.Redemptions;

/// <summary>
/// An accountant closes a merchant's month: what was handed out there and is booked stands on the payment desk as one amount, and the bank's line
/// that pays it books the rest. The statement and the books must say the same first.
/// </summary>
/// <param name="Month">Any day of the month.</param>
public sealed record SettleMerchant(Guid Key, long Merchant, LocalDate Month) : Command<Done>(Key)
{
    /// <summary>The month is not over.</summary>
    public const string NotOver = "merchant.not-over";

    /// <summary>The merchant's month was settled.</summary>
    public const string Already = "merchant.settled-already";

    /// <summary>Nothing is owed to the merchant for it.</summary>
    public const string NothingOwed = "merchant.nothing-owed";

    /// <summary>What the books say is owed is not what the statements say.</summary>
    public const string Disagrees = "merchant.disagrees";

    /// <summary>Nobody has entered the account that the merchant is paid to.</summary>
    public const string NoAccount = "merchant.no-account";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant).ForWholeBook());

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        LocalDate month = Month.With(DateAdjusters.StartOfMonth);
        await work.Db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock(hashtext('merchant'), {(int)(Merchant % int.MaxValue)})", ct);
        string name = (await PersonName.Of(work, [Merchant], ct)).GetValueOrDefault(Merchant, "");
        if (month >= work.Today.With(DateAdjusters.StartOfMonth))
        {
            throw new RefusedException(NotOver, ("merchant", name), ("day", work.Today.With(DateAdjusters.StartOfMonth).PlusMonths(1)));
        }

        if (await work.Db.Set<MerchantSettlement>().AnyAsync(row => row.BookId == work.Book && row.MerchantId == Merchant && row.Month == month, ct))
        {
            throw new RefusedException(Already, ("merchant", name), ("day", month));
        }

        List<OwedPiece> owed = await OwedPiece.Until(work, Merchant, month, ct);
        if (owed.Count == 0)
        {
            throw new RefusedException(NothingOwed, ("merchant", name), ("day", month));
        }

        MerchantBooks books = await MerchantBooks.Of(work, Merchant, ct);
        if (!books.Agree)
        {
            throw new RefusedException(Disagrees, ("merchant", name), ("said", books.Said), ("booked", books.Booked));
        }

        string number = await MerchantBooks.AccountOf(work, Merchant, ct) ?? throw new RefusedException(NoAccount, ("merchant", name));
        MerchantSettlement settlement = new()
        {
            BookId = work.Book,
            MerchantId = Merchant,
            Month = month,
            Pieces = owed.Count,
            Units = owed.Sum(piece => piece.Units),
            ExpectationId = await Awaited(work, Merchant, month, [.. owed.GroupBy(piece => piece.Fund).OrderBy(group => group.Key)
                .Select(group => (group.Key, group.Sum(piece => piece.Units)))], number, ct),
            MadeBy = work.ActorId,
            MadeAt = work.Now,
        };
        work.Db.Add(settlement);
        await work.Db.SaveChangesAsync(ct);
        foreach (OwedPiece piece in owed)
        {
            (await Redemption.Lock(work, piece.Number, ct)).MerchantSettlementId = settlement.MerchantSettlementId;
        }

        await work.Db.SaveChangesAsync(ct);
        return Done.It;
    }

    /// <summary>Waits for the bank's line that pays it.</summary>
    internal static async Task<long> Awaited(
        Work work, long merchant, LocalDate month, IReadOnlyList<(int Fund, long Units)> parts, string number, CancellationToken ct)
    {
        const int daysToPay = 10;
        Account payable = CostWriting.PayableOf(await work.ChartOn(work.Today, ct));
        List<ExpectedLine> lines = [];
        foreach ((int fund, long units) in parts)
        {
            lines.Add(new ExpectedLine(payable, await work.FundById(fund, ct), Side.Debit, Amount.Fen(units), CashFlow.PurchasesPaid,
                new Tags(Counterparty: merchant)));
        }

        string which = string.Create(CultureInfo.InvariantCulture, $"{month.Year:0000}{month.Month:00}");
        return await new Expected(ExpectationKind.Merchant, -Amount.Fen(parts.Sum(part => part.Units)), $"付商家兑换月结 {which}",
            work.Today.PlusDays(daysToPay), lines, string.Create(CultureInfo.InvariantCulture, $"YJ{which}S{merchant}"), merchant, number,
            Then: new MerchantPaid(merchant, month), Undo: new MerchantUnpaid(merchant, month)).Write(work, ct);
    }
}

/// <summary>One piece that a merchant handed out and is not paid for.</summary>
internal sealed record OwedPiece(long Number, int Fund, long Units)
{
    /// <summary>What is booked and in no settlement, collected until the month's end; what was reviewed late comes with a later month.</summary>
    public static Task<List<OwedPiece>> Until(Work work, long merchant, LocalDate month, CancellationToken ct)
    {
        LocalDate end = month.PlusMonths(1);
        return (
            from row in work.Db.Set<Redemption>().AsNoTracking()
            join item in work.Db.Set<CatalogueItem>() on new { row.BookId, row.CatalogueItemId } equals new { item.BookId, item.CatalogueItemId }
            where row.BookId == work.Book && item.MerchantId == merchant && row.Cost == RedemptionCost.Booked && row.EndedOn < end
                && row.MerchantSettlementId == null
            orderby row.RedemptionId
            select new OwedPiece(row.RedemptionId, item.PayingFundId!.Value, row.Units)).ToListAsync(ct);
    }
}

/// <summary>What a merchant is owed, as the register says it and as the books do.</summary>
/// <param name="Said">Months that are settled and not paid, and what is booked and not settled.</param>
/// <param name="Booked">应付账款 of the merchant, without the supplier's bills that the payment desk shows for themselves.</param>
internal sealed record MerchantBooks(Amount Said, Amount Booked)
{
    public bool Agree => Said == Booked;

    public static async Task<MerchantBooks> Of(Work work, long merchant, CancellationToken ct)
    {
        Row row = await work.Db.Database.SqlQuery<Row>(
            $"""
            select (coalesce((select sum(s.units) from merchant_settlement s
                               where s.book_id = {work.Book} and s.merchant_id = {merchant} and s.state = 'owed'), 0)
                    + coalesce((select sum(r.units) from redemption r join catalogue_item c using (book_id, catalogue_item_id)
                               where r.book_id = {work.Book} and c.merchant_id = {merchant} and r.cost = 'booked'
                                 and r.merchant_settlement_id is null), 0))::bigint as "Said",
                   (coalesce((select -sum(signed(l.side, l.units)) from posting l join account a using (book_id, account_id)
                               where l.book_id = {work.Book} and l.counterparty_id = {merchant}
                                 and (a.key = 'accounts-payable' or a.key like 'accounts-payable.%')), 0)
                    - coalesce((select sum(x.units) from debt d join debt_line x using (book_id, debt_id, version)
                               where d.book_id = {work.Book} and d.creditor_id = {merchant} and d.kind = 'bill' and d.state = 'owed'), 0))::bigint
                   as "Booked"
            """).SingleAsync(ct);
        return new MerchantBooks(Amount.Fen(row.Said), Amount.Fen(row.Booked));
    }

    /// <summary>The account that it is paid to, as the payment desk knows it.</summary>
    public static Task<string?> AccountOf(Work work, long merchant, CancellationToken ct) => work.Db.Database.SqlQuery<string?>(
        $"""select number as "Value" from payee_account where book_id = {work.Book} and payee_id = {merchant} and ended_at is null""")
        .SingleOrDefaultAsync(ct);

    private sealed record Row(long Said, long Booked);
}

/// <summary>The bank has paid a merchant's month and the voucher that says so was posted.</summary>
[Consequence("merchant-paid", 1)]
internal sealed record MerchantPaid(long Merchant, LocalDate Month) : Consequence
{
    /// <summary>Whoever settled the month does not let its payment go.</summary>
    public const string OwnRelease = "merchant.own-release";

    internal override Need Needs => Need.Any(Role.Accountant);

    internal override async Task Happen(Work work, CancellationToken ct) =>
        (await Of(work, Merchant, Month, ct)).State = MerchantMonthState.Paid;

    internal override async Task LetGo(Work work, CancellationToken ct)
    {
        if ((await Of(work, Merchant, Month, ct)).MadeBy == work.Actor)
        {
            throw new RefusedException(OwnRelease, ("day", Month));
        }
    }

    internal static async Task<MerchantSettlement> Of(Work work, long merchant, LocalDate month, CancellationToken ct) =>
        await MerchantSettlement.Lock(work, await work.Db.Set<MerchantSettlement>()
            .Where(row => row.BookId == work.Book && row.MerchantId == merchant && row.Month == month)
            .Select(row => row.MerchantSettlementId).SingleAsync(ct), ct);
}

/// <summary>The voucher of the payment was reversed, or the bank gave the money back: it is owed again.</summary>
[Consequence("merchant-unpaid", 1)]
internal sealed record MerchantUnpaid(long Merchant, LocalDate Month) : Consequence
{
    /// <summary>It was paid once more since, or is on its way to the bank.</summary>
    public const string PaidAgain = "merchant.paid-again";

    internal override Need Needs => Need.Person;

    internal override async Task Happen(Work work, CancellationToken ct) =>
        (await MerchantPaid.Of(work, Merchant, Month, ct)).State = MerchantMonthState.Owed;

    internal override async Task CameBack(Work work, long line, CancellationToken ct)
    {
        MerchantSettlement row = await MerchantPaid.Of(work, Merchant, Month, ct);
        (int Fund, long Units)[] parts = [.. (await work.Db.Set<ExpectationLine>().AsNoTracking()
            .Where(each => each.BookId == work.Book && each.ExpectationId == row.ExpectationId).OrderBy(each => each.LineNo)
            .Select(each => new { each.FundId, each.Units }).ToListAsync(ct)).Select(each => (each.FundId, each.Units))];
        await work.Db.Database.ExecuteSqlAsync(
            $"""
            update payment_row r set state = 'failed', bank_says = left(trim(l.remark || ' ' || l.summary), 200), told_at = {work.Now.ToDateTimeUtc()}
              from bank_line l
             where l.book_id = r.book_id and l.bank_line_id = {line} and r.book_id = {work.Book} and r.expectation_id = {row.ExpectationId}
               and r.state = 'paid'
            """,
            ct);
        string number = await MerchantBooks.AccountOf(work, Merchant, ct) ?? "";
        (row.ExpectationId, row.State) = (await SettleMerchant.Awaited(work, Merchant, Month, parts, number, ct), MerchantMonthState.Owed);
    }

    internal override async Task StaysPaid(Work work, long expectation, CancellationToken ct)
    {
        MerchantSettlement row = await MerchantPaid.Of(work, Merchant, Month, ct);
        Expectation again = await work.Db.Set<Expectation>()
            .SingleAsync(each => each.BookId == work.Book && each.ExpectationId == row.ExpectationId, ct);
        if (await work.Db.Database.SqlQuery<bool>($"""select payment_under_way({work.Book}, {row.ExpectationId}) as "Value" """).SingleAsync(ct))
        {
            throw new RefusedException(PaidAgain, ("day", Month));
        }

        (again.ClosedBy, again.ClosedAt) = (work.Actor ?? again.MadeBy, work.Now);
        (row.ExpectationId, row.State) = (expectation, MerchantMonthState.Paid);
    }
}
