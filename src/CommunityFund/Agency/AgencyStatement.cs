using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Agency;

/// <summary>What was received, passed on and is held for one recipient, money and goods apart.</summary>
public sealed record AgencyFigures(Amount MoneyIn, Amount MoneyOut, Amount GoodsIn, Amount GoodsOut)
{
    public Amount Money => MoneyIn - MoneyOut;

    public Amount Goods => GoodsIn - GoodsOut;

    public Amount Held => Money + Goods;

    public static AgencyFigures operator +(AgencyFigures left, AgencyFigures right) => new(left.MoneyIn + right.MoneyIn,
        left.MoneyOut + right.MoneyOut,
        left.GoodsIn + right.GoodsIn, left.GoodsOut + right.GoodsOut);

    internal static AgencyFigures None { get; } = new(Amount.Fen(0), Amount.Fen(0), Amount.Fen(0), Amount.Fen(0));
}

/// <summary>A recipient of a matter.</summary>
/// <param name="Meant">What is meant for them; null if it is not said.</param>
public sealed record AgencyRecipientRow(long PersonId, string Name, Amount? Meant, AgencyFigures Figures);

/// <summary>A matter with its recipients.</summary>
public sealed record AgencyMatterRow(
    long Id, string Title, string Principal, RegisterState State, AgencyFigures Figures,
        IReadOnlyList<AgencyRecipientRow> Recipients, bool NeedsDecision);

/// <summary>What is held for others on a day, by matter and recipient, and whether assets and liabilities are equal.</summary>
/// <param name="Elsewhere">Held in the books without a matter: booked by hand or straight from a bank line.</param>
public sealed record AgencyStatementView(
    string Body, LocalDate Until, IReadOnlyList<AgencyMatterRow> Matters, AgencyFigures Total, Amount Elsewhere, Amount Assets,
        Amount Liabilities,
    Instant GeneratedAt, bool MayKeep)
{
    public bool IsHeld => (Assets - Liabilities).IsZero && (Total.Held + Elsewhere - Liabilities).IsZero;
}

/// <summary>The statement of money held for others, for all matters or one.</summary>
/// <param name="Until">As of this day; null is today.</param>
public sealed record AgencyStatement(LocalDate? Until = null, long? Matter = null) : Query<AgencyStatementView>
{
    internal override Need Needs => Need.Any(RegisterRoles.Reading).ForWholeBook();

    internal override async Task<AgencyStatementView> Answer(Work work, CancellationToken ct)
    {
        LocalDate until = Until ?? work.Today;
        List<AgencyMatter> matters = await work.Db.Set<AgencyMatter>().AsNoTracking()
            .Where(row => row.BookId == work.Book && (Matter == null || row.AgencyMatterId == Matter)
                && row.State != RegisterState.Dropped)
            .OrderBy(row => row.AgencyMatterId).ToListAsync(ct);
        List<AgencyRecipient> recipients = await work.Db.Set<AgencyRecipient>().AsNoTracking().Where(row =>
            row.BookId == work.Book)
            .OrderBy(row => row.AddedAt).ThenBy(row => row.PersonId).ToListAsync(ct);
        var moves = await (from move in work.Db.Set<AgencyMove>().AsNoTracking()
                           join voucher in work.Db.Vouchers on new { move.BookId, move.VoucherId } equals new
                           {
                               voucher.BookId,
                               voucher.VoucherId
                           }
                           where move.BookId == work.Book && voucher.State == VoucherState.Posted && voucher.OccurredOn <= until
                               && (voucher.ReversedBy == null || work.Db.Vouchers.Any(red => red.BookId == work.Book
                                   && red.Kind == VoucherKind.Reversal && red.State == VoucherState.Posted
                                   && red.CorrectsEntryNo == voucher.EntryNo && red.OccurredOn > until))
                           // What the bank gave back stands in red on the side of what was passed on.
                           select new
                           {
                               move.AgencyMatterId,
                               move.PersonId,
                               move.InGoods,
                               move.Units,
                               IsIn = move.Units > 0 && !work.Db.VoucherLines.Any(line => line.BookId == move.BookId
                                   && line.VoucherId == move.VoucherId && line.CounterpartyId == move.PersonId
                                   && line.Side == Side.Debit && line.Units < 0),
                           }).ToListAsync(ct);
        IReadOnlyDictionary<long, string> names = await PersonName.Of(
            work, [.. matters.Select(row => (long?)row.PrincipalId), .. recipients.Select(row => (long?)row.PersonId)], ct);
        List<AgencyMatterRow> rows = [];
        foreach (AgencyMatter matter in matters)
        {
            List<AgencyRecipientRow> own =
            [
                .. recipients.Where(row => row.AgencyMatterId == matter.AgencyMatterId).Select(row =>
                    new AgencyRecipientRow(row.PersonId,
                    names[row.PersonId], row.MeantUnits is { } meant ? Amount.Fen(meant) : null, new AgencyFigures(
                        Sum(row, inGoods: false, isIn: true), Sum(row, inGoods: false, isIn: false), Sum(row, inGoods: true,
                            isIn: true),
                        Sum(row, inGoods: true, isIn: false)))),
            ];
            rows.Add(new AgencyMatterRow(matter.AgencyMatterId, matter.Title, names[matter.PrincipalId], matter.State,
                own.Aggregate(AgencyFigures.None, (sum, row) => sum + row.Figures), own,
                matter.State == RegisterState.Waiting && matter.ProposedBy != work.Actor
                    && work.Rights.ReachesAll(RegisterRoles.Agreeing)));
        }

        AgencyFigures total = rows.Aggregate(AgencyFigures.None, (sum, row) => sum + row.Figures);
        (long assets, long liabilities) = await Booked(work, until, ct);
        bool whole = Matter is null;
        return new AgencyStatementView(await work.Db.Books.Where(book => book.BookId == work.Book).Select(book =>
            book.Name).SingleAsync(ct), until, rows,
            total, whole ? Amount.Fen(liabilities) - total.Held : Amount.Fen(0), whole ? Amount.Fen(assets) : total.Held,
            whole ? Amount.Fen(liabilities) : total.Held, work.Now, work.Rights.ReachesAll(RegisterRoles.Keeping));

        Amount Sum(AgencyRecipient row, bool inGoods, bool isIn)
        {
            long units = moves.Where(move => move.AgencyMatterId == row.AgencyMatterId && move.PersonId == row.PersonId
                && move.InGoods == inGoods && move.IsIn == isIn).Sum(move => move.Units);
            return Amount.Fen(isIn ? units : -units);
        }
    }

    /// <summary>What the accounts of the agency fund say.</summary>
    private static async Task<(long Assets, long Liabilities)> Booked(Work work, LocalDate until, CancellationToken ct)
    {
        int fund = (await work.Funds(ct)).Single(row => row.Kind == FundKind.Agency).FundId;
        var sums = await (from line in work.Db.Postings
                          join account in work.Db.Accounts on new { line.BookId, line.AccountId } equals new
                          {
                              account.BookId,
                              account.AccountId
                          }
                          where line.BookId == work.Book && line.FundId == fund && line.OccurredOn <= until
                          group line by account.Class into part
                          select new
                          {
                              part.Key,
                              Units = part.Sum(line => line.Side == Side.Debit ? line.Units
                              : -line.Units)
                          }).ToListAsync(ct);
        return (sums.Where(part => part.Key == AccountClass.Asset).Sum(part => part.Units),
            -sums.Where(part => part.Key == AccountClass.Liability).Sum(part => part.Units));
    }
}
