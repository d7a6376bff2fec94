using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Donations;

/// <summary>One of many gifts that are recorded together.</summary>
internal sealed record ManyGift(
    LocalDate ReceivedOn, string Donor, PersonKind DonorKind, int Fund, Amount Amount, Restriction Restriction, string Clause, GiftTerms Terms);

/// <summary>
/// Records many gifts as few vouchers: one per day, fund and promise, a line for each gift, so that every gift has a lot of its own. They
/// are a bundle: reviewed, rejected and posted together.
/// </summary>
internal sealed class GiftVouchers(Work work, string account, string narrative, long? batch, long? list)
{
    /// <summary>Gifts of one voucher; a reviewer still reads so many lines.</summary>
    public const int MostPerVoucher = 200;

    private readonly Dictionary<(int, Restriction, string, long?, long?), (IReadOnlyList<long> Clauses, string Clause)> _bound = [];

    /// <param name="told">Hears how many gifts stand on vouchers already.</param>
    /// <returns>The vouchers in order.</returns>
    public async Task<IReadOnlyList<long>> Prepare(
        IReadOnlyList<ManyGift> gifts, IReadOnlyList<Enclosure>? documents, Action<int>? told, CancellationToken ct)
    {
        Dictionary<int, Fund> funds = (await work.Funds(ct)).ToDictionary(fund => fund.FundId);
        long?[] donors = await Counterparty.FindOrAddAll(work, [.. gifts.Select(gift => (gift.DonorKind, gift.Donor))], ct);
        List<Donation> rows = [];
        for (int at = 0; at < gifts.Count; at++)
        {
            rows.Add(await Row(gifts[at], donors[at], funds, ct));
        }

        work.Db.AddRange(rows);
        await work.Db.SaveChangesAsync(ct);

        // Thousands of rows that nothing changes any more would be looked through at every later save.
        rows.ForEach(row => work.Db.Entry(row).State = EntityState.Detached);
        Donation[][] vouchers = [.. rows.GroupBy(row => (row.ReceivedOn, row.FundId, row.GiftAgreementId, row.CampaignId))
            .OrderBy(group => group.Key.ReceivedOn).ThenBy(group => funds[group.Key.FundId].Code, StringComparer.Ordinal)
            .SelectMany(group => group.Chunk(MostPerVoucher))];
        List<Draft> drafts = [];
        foreach (Donation[] together in vouchers)
        {
            drafts.Add(await Draft(together, funds[together[0].FundId], documents, drafts.Count > 0, ct));
        }

        IReadOnlyList<long> prepared = await work.PrepareTogether(drafts, ct,
            done => told?.Invoke(vouchers.Take(done).Sum(voucher => voucher.Length)));
        await Place(vouchers, prepared, ct);
        return prepared;
    }

    private async Task<Donation> Row(ManyGift gift, long? donor, Dictionary<int, Fund> funds, CancellationToken ct)
    {
        GiftTerms terms = gift.Terms.Checked();
        var key = (gift.Fund, gift.Restriction, gift.Clause, terms.Agreement, terms.Campaign);
        if (!_bound.TryGetValue(key, out var bound))
        {
            bound = _bound[key] = await terms.Bind(work, funds[gift.Fund], gift.Restriction, gift.Clause, [], ct);
        }

        Counterparty.KeepOut(RecordDonation.DonorInNarrative, gift.DonorKind, gift.Donor, narrative);
        return new Donation
        {
            BookId = work.Book,
            FundId = gift.Fund,
            DonorId = donor,
            Units = gift.Amount.Units,
            ReceivedOn = gift.ReceivedOn,
            Restriction = gift.Restriction,
            Clause = bound.Clause,
            State = DonationState.Waiting,
            GiftAgreementId = terms.Agreement,
            CampaignId = terms.Campaign,
            Naming = terms.Naming,
            Channel = terms.Channel,
            OrderNumber = terms.OrderNumber,
            WantsReceipt = terms.WantsReceipt,
            Note = terms.Note,
            GiftBatchId = batch,
            GiftListId = list,
        };
    }

    private async Task<Draft> Draft(Donation[] gifts, Fund fund, IReadOnlyList<Enclosure>? documents, bool shares, CancellationToken ct)
    {
        LocalDate day = gifts[0].ReceivedOn;
        Chart chart = await work.ChartOn(day, ct);
        Account income = chart[Account.Keys.DonationIncome];
        EntryDraft entry = JournalEntry.On(day, narrative).Debit(
            (await GiftCash.Of(work, day, account, ct)).Account, fund.Code, Amount.Fen(gifts.Sum(gift => gift.Units)),
            new Tags(CashFlow: CashFlow.DonationsReceived));
        foreach (Donation gift in gifts)
        {
            entry = entry.Credit(income, fund.Code, Amount.Fen(gift.Units),
                new Tags(gift.Restriction, Counterparty: gift.DonorId, Clause: gift.Clause));
        }

        long first = gifts[0].DonationId;
        long[]? more = gifts.Length > 1 ? [.. gifts.Skip(1).Select(gift => gift.DonationId)] : null;
        IReadOnlyList<long>? clauses = gifts[0] is { GiftAgreementId: null, CampaignId: null } ? null
            : await AgreedClause.Binding(work, gifts[0].GiftAgreementId, gifts[0].CampaignId, ct);
        return new Draft(
            entry.Balanced(), Documents: shares ? [.. (documents ?? []).Select(document => document with { Shared = true })] : documents,
            Then: new AcceptDonation(first, more), Otherwise: new DropDonation(first, more), Undo: new UndoDonation(first, more), Clauses: clauses);
    }

    /// <summary>Tells the gifts their voucher and line; the cash is line one.</summary>
    private async Task Place(Donation[][] vouchers, IReadOnlyList<long> prepared, CancellationToken ct)
    {
        var placed = vouchers.SelectMany((gifts, at) => gifts.Select((gift, no) =>
            (gift.DonationId, Voucher: prepared[at], Line: (short)(no + 2)))).ToList();
        long[] ids = [.. placed.Select(row => row.DonationId)], on = [.. placed.Select(row => row.Voucher)];
        short[] lines = [.. placed.Select(row => row.Line)];
        await work.Db.Database.ExecuteSqlAsync(
            $"""
            update donation d set voucher_id = x.voucher_id, line_no = x.line_no
              from unnest({ids}, {on}, {lines}) x(donation_id, voucher_id, line_no)
             where d.book_id = {work.Book} and d.donation_id = x.donation_id
            """,
            ct);
    }
}
