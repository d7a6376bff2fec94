using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Donations;

/// <summary>The gift's voucher was posted.</summary>
/// <param name="More">The other gifts of the same voucher, where one was divided.</param>
[Consequence("accept-donation", 1)]
internal sealed record AcceptDonation(long Donation, IReadOnlyList<long>? More = null) : Consequence
{
    internal override Need Needs => Need.Any(Role.Accountant);

    internal override Task Happen(Work work, CancellationToken ct) =>
        DonationMove.To(work, DonationState.Accepted, Donation, More, ct);
}

/// <summary>The gift's voucher was rejected or withdrawn.</summary>
[Consequence("drop-donation", 1)]
internal sealed record DropDonation(long Donation, IReadOnlyList<long>? More = null) : Consequence
{
    internal override Need Needs => Need.Person;

    internal override Task Happen(Work work, CancellationToken ct) =>
        DonationMove.To(work, DonationState.Dropped, Donation, More, ct);
}

/// <summary>The gift's voucher was reversed; if a blue one writes it anew, the register has it anew too.</summary>
[Consequence("undo-donation", 1)]
internal sealed record UndoDonation(long Donation, IReadOnlyList<long>? More = null) : Consequence
{
    internal override Need Needs => Need.Person;

    internal override Task Happen(Work work, CancellationToken ct) =>
        DonationMove.To(work, DonationState.Reversed, Donation, More, ct);

    /// <summary>A gift per line of donation income: the day it came stays, fund, donor, amount and words are the blue
    /// voucher's.</summary>
    internal override async Task<(Draft Blue, Action<long> Stands)> Anew(Work work, Draft blue, CancellationToken ct)
    {
        Donation was = await work.Db.Set<Donation>().AsNoTracking()
            .SingleAsync(row => row.BookId == work.Book && row.DonationId == Donation, ct);
        IReadOnlyList<Fund> funds = await work.Funds(ct);
        List<Donation> anew =
        [
            .. blue.Entry.Lines.Select((line, at) => (Line: line, No: at + 1))
                .Where(row => row.Line is { Side: Side.Credit, Amount.IsPositive: true, Account.Key: Account.Keys.DonationIncome })
                .Select(row => Of(was, row.Line, row.No, funds.Single(fund => fund.Code == row.Line.Fund))),
        ];
        if (anew.Count == 0)
        {
            return (blue, _ => { });
        }

        work.Db.AddRange(anew);
        await work.Db.SaveChangesAsync(ct);
        long first = anew[0].DonationId;
        long[]? more = anew.Count > 1 ? [.. anew.Skip(1).Select(donation => donation.DonationId)] : null;
        return (
            blue with { Then = new AcceptDonation(first, more), Otherwise = new DropDonation(first, more), Undo = new UndoDonation(first, more) },
            voucher => anew.ForEach(donation => donation.VoucherId = voucher));
    }

    // What was promised binds the fund it was promised for and the donor who promised; the order number stays with the gift that was
    // undone, so that no list brings it again.
    private static Donation Of(Donation was, Posting line, int no, Fund fund) => new()
    {
        LineNo = (short)no,
        GiftAgreementId = fund.FundId == was.FundId && line.Tags.Counterparty == was.DonorId ? was.GiftAgreementId : null,
        CampaignId = fund.FundId == was.FundId ? was.CampaignId : null,
        Naming = was.Naming,
        Channel = was.Channel,
        WantsReceipt = was.WantsReceipt,
        Note = line.Tags.Counterparty == was.DonorId ? was.Note : "",
        GiftBatchId = was.GiftBatchId,
        BookId = was.BookId,
        FundId = fund.FundId,
        DonorId = line.Tags.Counterparty,
        Units = line.Amount.Units,
        ReceivedOn = was.ReceivedOn,
        Restriction = line.Tags.Restriction!.Value,
        Clause = line.Tags.Clause ?? (line.Tags.Restriction == Restriction.Restricted ? fund.Clause : ""),
        State = DonationState.Waiting,
    };
}

/// <summary>Gifts share the fate of the voucher they stand on.</summary>
internal static class DonationMove
{
    public static async Task To(Work work, DonationState state, long donation, IReadOnlyList<long>? more, CancellationToken ct)
    {
        long[] ids = [donation, .. more ?? []];
        foreach (Donation row in await work.Db.Set<Donation>()
            .Where(row => row.BookId == work.Book && ids.Contains(row.DonationId)).ToListAsync(ct))
        {
            row.State = state;
        }
    }
}
