using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.People;

/// <summary>A keeper changes (会计法 第四十一条): what stands in the books now is written down, for three people to sign.</summary>
public sealed record DrawUpHandover(Guid Key, Role Role, long From, long To, long Supervisor) : Command<long>(Key)
{
    /// <summary>Who hands over, who takes over and who watches are three people who sign in here.</summary>
    public const string ThreePeople = "handover.three-people";

    /// <summary>Nothing of this role is handed over by a list.</summary>
    public const string NoKeeper = "handover.no-keeper";

    /// <summary>Who hands over has never held the role.</summary>
    public const string NeverHeld = "handover.never-held";

    /// <summary>Roles whose work is handed over by a list.</summary>
    public static IReadOnlyList<Role> Keepers { get; } = [Role.Accountant, Role.Cashier, Role.VoucherReviewer];

    internal static readonly Role[] Drawers = [Role.Admin, Role.Accountant, Role.Cashier];

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Drawers).ForWholeBook());

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        long[] three = [From, To, Supervisor];
        if (!Keepers.Contains(Role))
        {
            throw new RefusedException(NoKeeper, ("role", Term.Of(Role)));
        }

        if (three.Distinct().Count() < 3 || await Roster.Of(work).CountAsync(login => three.Contains(login.PersonId), ct) < 3)
        {
            throw new RefusedException(ThreePeople);
        }

        if (!await work.Db.Set<RoleGrant>().AnyAsync(grant => grant.BookId == work.Book && grant.PersonId == From
            && grant.Role == Role, ct))
        {
            throw new RefusedException(NeverHeld, ("role", Term.Of(Role)));
        }

        string content = JsonSerializer.Serialize(await Now(work, ct), CommandJson.Plain);
        Handover handover = new()
        {
            BookId = work.Book,
            Role = Role,
            FromId = From,
            ToId = To,
            SupervisorId = Supervisor,
            DrawnBy = work.ActorId,
            DrawnAt = work.Now,
            Content = content,
            Digest = SHA256.HashData(Encoding.UTF8.GetBytes(content)),
        };
        work.Db.Add(handover);
        await work.Db.SaveChangesAsync(ct);
        return handover.HandoverId;
    }

    private static async Task<HandoverContent> Now(Work work, CancellationToken ct)
    {
        Chart chart = await work.ChartOn(work.Today, ct);
        var cash = await work.Db.Database.SqlQuery<CashRow>(
            $"""
            select a.account_id as "AccountId", sum(p.net)::bigint as "Net"
              from account a join fund_position p using (book_id, account_id)
             where a.book_id = {work.Book} and a.role in ('own-cash', 'agency-cash') group by a.account_id
            """).ToListAsync(ct);
        var lines = await work.Db.Database.SqlQuery<LineRow>(
            $"""
            select b.occurred_on as "Day", b.units - coalesce(m.units, 0) as "Units", k.number as "Number"
              from bank_line b join bank_account k using (book_id, bank_account_id)
              left join lateral (select sum(m.units)::bigint as units from bank_match_open m
                                  where m.book_id = b.book_id and m.bank_line_id = b.bank_line_id) m on true
             where b.book_id = {work.Book} and b.state in ('new', 'held') and b.units <> coalesce(m.units, 0)
             order by b.occurred_on, b.bank_line_id
            """).ToListAsync(ct);
        var numbers = await work.Db.Database.SqlQuery<NumberRow>(
            $"""
            select distinct on (series) period as "Period", series as "Series", number as "Number"
              from journal_entry where book_id = {work.Book} and number > 0 order by series, period desc, number desc
            """).ToListAsync(ct);
        List<Voucher> waiting = await work.Db.Vouchers.AsNoTracking()
            .Where(voucher => voucher.BookId == work.Book && voucher.State == VoucherState.Prepared)
            .OrderBy(voucher => voucher.OccurredOn).ThenBy(voucher => voucher.VoucherId).ToListAsync(ct);
        return new HandoverContent(
            [
                .. cash.Select(row => (Account: chart.ById(row.AccountId), row.Net)).OrderBy(row => row.Account.Code, StringComparer.Ordinal)
                    .Select(row => new HandedAccount(row.Account.Code, chart.PathOf(row.Account), Amount.Fen(row.Net))),
            ],
            [.. waiting.Select(row => new HandedVoucher(row.VoucherId, row.OccurredOn, Amount.Fen(row.Total), row.MakerId))],
            [.. lines.Select(row => new HandedLine(LocalDate.FromDateOnly(row.Day), Amount.Fen(row.Units), row.Number))],
            await work.Db.Set<AccountingPeriod>().Where(row => row.BookId == work.Book && row.ClosedAt == null && row.Starts <= work.Today)
                .OrderBy(row => row.Number).Select(row => row.Number).ToListAsync(ct),
            [.. numbers.Select(row => new HandedNumber(row.Period, row.Series, row.Number))],
            await work.Db.Entries.Where(row => row.BookId == work.Book).MaxAsync(row => (long?)row.EntryNo, ct) ?? 0);
    }

    private sealed record CashRow(int AccountId, long Net);

    private sealed record LineRow(DateOnly Day, long Units, string Number);

    private sealed record NumberRow(int Period, string Series, int Number);
}
