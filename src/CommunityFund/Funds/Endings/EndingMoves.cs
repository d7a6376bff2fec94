using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Funds.Endings;

/// <summary>Transfers of what is left now, one for each home that has none under way, signed for one side by who proposed the plan and for the
/// other by who agreed to it.</summary>
internal static class EndingMoves
{
    public static async Task<int> Write(Work work, FundEnding ending, CancellationToken ct)
    {
        List<FundEndingHome> homes = await work.Db.Set<FundEndingHome>().AsNoTracking()
            .Where(row => row.BookId == work.Book
                && row.FundEndingId == ending.FundEndingId).OrderBy(row => row.HomeNo).ToListAsync(ct);
        short?[] moving = await work.Db.Set<FundTransfer>().Where(row => row.BookId == work.Book
            && row.FundEndingId == ending.FundEndingId
            && (row.State == TransferState.Agreed
                || row.State == TransferState.Prepared)).Select(row => row.HomeNo).ToArrayAsync(ct);
        int written = 0;
        foreach (FundEndingHome home in homes.Where(home => !moving.Contains(home.HomeNo)))
        {
            long units = await Left(work, ending, home, ct);
            if (units > 0)
            {
                await Sign(work, ending, home, units, ct);
                written++;
            }
        }

        return written;
    }

    /// <summary>What of it is left: of its gifts, or of what nobody binds.</summary>
    internal static async Task<long> Left(Work work, FundEnding ending, FundEndingHome home, CancellationToken ct) =>
        home.Restriction == Restriction.Restricted
            ? (await LotsLeft(work, home, ct)).Sum(draw => draw.Amount.Units)
            : await work.Db.Database.SqlQuery<long>($"select unrestricted_free({work.Book}, {ending.FundId}) as \"Value\"").SingleAsync(ct);

    internal static async Task<IReadOnlyList<LotDraw>> LotsLeft(Work work, FundEndingHome home, CancellationToken ct) =>
    [
        .. (await work.Db.Set<GiftLot>().AsNoTracking()
            .Where(lot => lot.BookId == work.Book && home.Lots.Contains(lot.LotId) && lot.Used + lot.Reserved < lot.Units)
            .OrderBy(lot => lot.LotId).ToListAsync(ct))
        .Select(lot => new LotDraw(lot.LotId, Amount.Fen(lot.Units - lot.Used - lot.Reserved), Spends: false)),
    ];

    private static async Task Sign(Work work, FundEnding ending, FundEndingHome home, long units, CancellationToken ct)
    {
        FundTransfer transfer = new()
        {
            BookId = work.Book,
            FromFund = ending.FundId,
            ToFund = home.ToFund,
            Units = units,
            Restriction = home.Restriction,
            Reason = ending.Reason.Length > 150 ? ending.Reason[..149] + "…" : ending.Reason,
            Source = ending.Source,
            State = TransferState.Proposed,
            ProposedBy = ending.ProposedBy,
            ProposedAt = ending.ProposedAt,
            FundEndingId = ending.FundEndingId,
            HomeNo = home.HomeNo,
        };
        work.Db.Add(transfer);
        await work.Db.SaveChangesAsync(ct);
        (transfer.State, transfer.AgreedBy, transfer.AgreedAt) = (TransferState.Agreed, ending.DecidedBy, work.Now);
        await work.Db.SaveChangesAsync(ct);
        Role[] maker = [Role.Accountant];
        if (work.Rights.Reaches(maker, transfer.FromFund) && work.Rights.Reaches(maker, transfer.ToFund))
        {
            await TransferVoucher.Prepare(work, transfer, ct);
            await work.Db.SaveChangesAsync(ct);
        }
    }
}
