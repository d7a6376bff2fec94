using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Donations;

/// <summary>A fund that gifts may be recorded for.</summary>
public sealed record GiftFund(int FundId, string Code, string Name, Restriction DefaultRestriction, string Clause)
{
    public string Text => $"{Code} {Name}";
}

/// <summary>An account that gifts come into.</summary>
public sealed record GiftAccount(string Key, string Text, bool IsBox);

/// <summary>An agreement or appeal that a gift may name.</summary>
/// <param name="Words">What it limits, in one line.</param>
public sealed record GiftPromise(long Id, string Text, int FundId, string Donor, PersonKind DonorKind, string Words,
    LocalDate From, LocalDate? Until);

/// <summary>A line of the bank that came in and that no voucher books yet.</summary>
public sealed record GiftLine(long Id, string Account, LocalDate OccurredOn, Amount Amount, string Party, string Words);

/// <summary>What the forms for gifts offer.</summary>
public sealed record GiftOffer(
    LocalDate Today, IReadOnlyList<GiftFund> Funds, IReadOnlyList<GiftAccount> Accounts, IReadOnlyList<GiftPromise> Agreements,
    IReadOnlyList<GiftPromise> Campaigns, IReadOnlyList<string> Donors, IReadOnlyList<GiftLine> Lines, bool SeesBank)
{
    /// <summary>The fund a person means, by code, name or both.</summary>
    /// <exception cref="RefusedException">There is no such fund here.</exception>
    public GiftFund Fund(string? typed)
    {
        string text = (typed ?? "").Trim();
        return Funds.FirstOrDefault(fund => text == fund.Code || text == fund.Name || text == fund.Text)
            ?? throw new RefusedException(Work.UnknownFund, ("typed", text));
    }
}

/// <summary>What an accountant may record gifts for and under.</summary>
public sealed record GiftChoices : Query<GiftOffer>
{
    private const int MostDonors = 500, MostLines = 100;

    internal override Need Needs => Need.Any(Role.Accountant);

    internal override async Task<GiftOffer> Answer(Work work, CancellationToken ct)
    {
        Role[] keeps = [Role.Accountant];
        GiftFund[] funds = [.. (await work.Funds(ct))
            .Where(fund => fund.State != FundState.Closed && fund.IsOwn && work.Rights.Reaches(keeps, fund.FundId))
            .Select(fund => new GiftFund(fund.FundId, fund.Code, fund.Name, fund.DefaultRestriction, fund.Clause))];
        Chart chart = await work.ChartOn(work.Today, ct);
        bool all = work.Rights.ReachesAll(keeps);
        return new GiftOffer(
            work.Today, funds,
            [
                .. chart.Accounts.Where(row => row is { Account.Role: AccountRole.OwnCash, TakesLines: true })
                    .Select(row => new GiftAccount(row.Account.Key, $"{row.Code} {chart.PathOf(row)}",
                        row.Account.Key.StartsWith(Account.Keys.Cash, StringComparison.Ordinal)))
                    .OrderBy(row => row.Key.StartsWith(Account.Keys.Bank, StringComparison.Ordinal) ? 0 : 1),
            ],
            await Agreements(work, [.. funds.Select(fund => fund.FundId)], ct), await Campaigns(work, [.. funds.Select(fund => fund.FundId)], ct),
            all ? await Donors(work, ct) : [], all ? await Lines(work, chart, ct) : [], all);
    }

    private static async Task<IReadOnlyList<GiftPromise>> Agreements(Work work, int[] funds, CancellationToken ct)
    {
        var rows = await (from agreement in work.Db.Set<GiftAgreement>()
                          join person in work.Db.People on agreement.DonorId equals person.PersonId
                          where agreement.BookId == work.Book && agreement.State == PromiseState.Confirmed && funds.Contains(agreement.FundId)
                          orderby agreement.SignedOn descending
                          select new { agreement.GiftAgreementId, agreement.Number, agreement.FundId, person.Name, person.Kind, agreement.SignedOn })
            .Take(300).ToListAsync(ct);
        long[] ids = [.. rows.Select(row => row.GiftAgreementId)];
        var words = (await work.Db.Set<AgreedClause>().Where(row => row.BookId == work.Book && row.GiftAgreementId != null
            && ids.Contains(row.GiftAgreementId.Value)).OrderBy(row => row.AgreedClauseId)
            .Select(row => new { row.GiftAgreementId, row.Words }).ToListAsync(ct)).ToLookup(row => row.GiftAgreementId, row => row.Words);
        return [.. rows.Select(row => new GiftPromise(row.GiftAgreementId, row.Number, row.FundId, row.Name, row.Kind,
            string.Join('；', words[row.GiftAgreementId]), row.SignedOn, null))];
    }

    private static async Task<IReadOnlyList<GiftPromise>> Campaigns(Work work, int[] funds, CancellationToken ct)
    {
        List<Campaign> rows = await work.Db.Set<Campaign>().AsNoTracking()
            .Where(row => row.BookId == work.Book && row.State == PromiseState.Confirmed && funds.Contains(row.FundId))
            .OrderByDescending(row => row.UntilDay).Take(100).ToListAsync(ct);
        long[] ids = [.. rows.Select(row => row.CampaignId)];
        var words = (await work.Db.Set<AgreedClause>().Where(row => row.BookId == work.Book && row.CampaignId != null
            && ids.Contains(row.CampaignId.Value)).OrderBy(row => row.AgreedClauseId)
            .Select(row => new { row.CampaignId, row.Words }).ToListAsync(ct)).ToLookup(row => row.CampaignId, row => row.Words);
        return [.. rows.Select(row => new GiftPromise(row.CampaignId, row.Name, row.FundId, "", PersonKind.Person,
            string.Join('；', words[row.CampaignId]), row.FromDay, row.UntilDay))];
    }

    /// <summary>Whoever gave last is likeliest to give again.</summary>
    private static async Task<IReadOnlyList<string>> Donors(Work work, CancellationToken ct) =>
        await work.Db.Database.SqlQuery<string>(
            $"""
            select p.name as "Value" from person p
              join (select donor_id, max(id) as id from (
                      select donor_id, donation_id as id from donation where book_id = {work.Book} and donor_id is not null
                      union all select donor_id, 0 from donor where book_id = {work.Book}) x group by donor_id) d on d.donor_id = p.person_id
             where not exists (select 1 from erasure e where e.person_id = p.person_id)
             order by d.id desc limit {MostDonors}
            """).ToListAsync(ct);

    private static async Task<IReadOnlyList<GiftLine>> Lines(Work work, Chart chart, CancellationToken ct) =>
        [.. (await work.Db.Database.SqlQuery<OpenLine>(
            $"""
            select b.bank_line_id as "Id", a.account_id as "Account", b.occurred_on as "OccurredOn",
                   b.units - coalesce(sum(m.units), 0)::bigint as "Units",
                   b.counterparty_name as "Party", concat_ws(' ', nullif(b.summary, ''), nullif(b.remark, '')) as "Words"
              from bank_line b join bank_account a using (book_id, bank_account_id)
              left join bank_match_open m on m.book_id = b.book_id and m.bank_line_id = b.bank_line_id
             where b.book_id = {work.Book} and b.units > 0 and b.state = 'new'
             group by b.book_id, b.bank_line_id, a.account_id having b.units - coalesce(sum(m.units), 0) > 0
             order by b.occurred_on desc, b.bank_line_id desc limit {MostLines}
            """).ToListAsync(ct)).Select(row => new GiftLine(row.Id, chart.ById(row.Account).Account.Key, LocalDate.FromDateOnly(row.OccurredOn),
                Amount.Fen(row.Units), row.Party, row.Words))];

    private sealed record OpenLine(long Id, int Account, DateOnly OccurredOn, long Units, string Party, string Words);
}
