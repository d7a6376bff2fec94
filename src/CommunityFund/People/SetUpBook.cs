using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.People;

/// <summary>A new set of books: body, standard, opening day and the first two people, who between them can do
/// everything.</summary>
public sealed record SetUpBook(Guid Key, string Code, string Name, string Standard, LocalDate OpeningDay, NewLogin Maker,
    NewLogin Reviewer, bool SecondFactor = true)
    : Command<int>(Key)
{
    /// <summary>No such standard is shipped.</summary>
    public const string UnknownStandard = "set-up.unknown-standard";

    /// <summary>The standard is not in force on the opening day.</summary>
    public const string StandardNotInForce = "set-up.standard-not-in-force";

    /// <summary>The body has no name, or a name that is too long.</summary>
    public const string BadBody = "set-up.bad-body";

    /// <summary>The opening day is not a day.</summary>
    public const string BadDay = "set-up.bad-day";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Operator);

    internal override async Task<int> Apply(Work work, CancellationToken ct)
    {
        Standard standard = Standards.Find(Standard) ?? throw new RefusedException(UnknownStandard, ("typed", Standard));
        if (OpeningDay < standard.From || OpeningDay > (standard.To ?? LocalDate.MaxIsoValue)
            || OpeningDay.Year > work.Today.Year + 1)
        {
            throw new RefusedException(StandardNotInForce, ("standard", standard.NameZh), ("day", OpeningDay),
                ("from", standard.From));
        }

        if (PlainText.Of(Name).Length is 0 or > 100)
        {
            throw new RefusedException(BadBody, ("limit", 100));
        }

        Book book = new() { Code = Code, Name = PlainText.Of(Name), OpeningDay = OpeningDay, CreatedAt = work.Now };
        work.Db.Add(book);
        await work.Db.SaveChangesAsync(ct);
        work.Db.Add(new BookStandard { BookId = book.BookId, ValidFrom = OpeningDay, Standard = standard.Key });
        int lastYear = Math.Max(OpeningDay.Year, work.Today.Year) + 1;
        work.Db.AddRange(Enumerable.Range(OpeningDay.Year, lastYear - OpeningDay.Year + 1)
            .SelectMany(year => AccountingPeriod.OfYear(book.BookId, year)));
        AddAccounts(work.Db, book.BookId);
        AddTechnicalFunds(work.Db, book.BookId);
        Person maker = await Maker.Add(work, mustChange: false, ct);
        Person reviewer = await Reviewer.Add(work, mustChange: false, ct);
        await Duties.Add(work, book.BookId, DutyPreset.Three, LocalDate.Min(OpeningDay, work.Today), null, ct);
        work.Db.Add(SecondFactorRule.Of(work, book.BookId, SecondFactorRule.Write(SecondFactor ? SecondFactorRule.Default : []), null));
        Grant(work, book.BookId, maker, Role.Accountant, Role.Admin);
        Grant(work, book.BookId, reviewer, Role.VoucherReviewer, Role.Admin);
        await work.Db.SaveChangesAsync(ct);
        return book.BookId;
    }

    /// <summary>Every account of every shipped standard, once: what it is called is dated, the account is not.</summary>
    private static void AddAccounts(FundDb db, int book)
    {
        var byKey = Standards.All.SelectMany(standard => standard.Accounts.Select(account => (standard, account)))
            .GroupBy(pair => pair.account.Key).ToList();
        Dictionary<string, int> ids = byKey.Select((group, index) => (group.Key, index + 1)).ToDictionary();
        foreach (var group in byKey)
        {
            StandardAccount first = group.First().account;
            db.Add(new LedgerAccount
            {
                BookId = book,
                AccountId = ids[group.Key],
                Key = group.Key,
                ParentId = first.ParentKey is { } parent ? ids[parent] : null,
                Class = first.Class,
                Role = first.Role,
                Commodity = first.Commodity.Code,
            });
            db.AddRange(group.Select(pair => new AccountName
            {
                BookId = book,
                AccountId = ids[group.Key],
                Standard = pair.standard.Key,
                Code = pair.account.Code,
                NameZh = pair.account.NameZh,
                NameEn = pair.account.NameEn,
                Pinyin = pair.account.Pinyin,
                NormalSide = pair.account.NormalSide,
                NeedsRestriction = pair.account.NeedsRestriction,
            }));
        }
    }

    private void AddTechnicalFunds(FundDb db, int book)
    {
        db.Add(new Fund
        {
            BookId = book,
            FundId = 1,
            Code = "F00",
            Name = "本级基金",
            Kind = FundKind.General,
            DefaultRestriction = Restriction.Unrestricted,
            OpenedOn = OpeningDay,
        });
        db.Add(new Fund
        {
            BookId = book,
            FundId = 2,
            Code = "AGENCY",
            Name = "受托代理",
            Kind = FundKind.Agency,
            DefaultRestriction = Restriction.Unrestricted,
            OpenedOn = OpeningDay,
        });
    }

    private static void Grant(Work work, int book, Person person, params IReadOnlyList<Role> roles) =>
        work.Db.AddRange(roles.Select(role => new RoleGrant
        {
            PersonId = person.PersonId,
            Role = role,
            BookId = book,
            ValidFrom = new LocalDate(2000, 1, 1),
            GrantedAt = work.Now,
        }));
}
