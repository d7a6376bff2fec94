using CommunityFund.Books;
using CommunityFund.Donations;
using CommunityFund.Funds;
using CommunityFund.Ledger;
using CommunityFund.People;
using CommunityFund.Vouchers;
using NodaTime;

namespace CommunityFund.Tests.People;

public sealed class RoleTests
{
    private static readonly LocalDate FirstDay = new(2026, 1, 1);

    [Theory]
    [InlineData(Role.Accountant)]
    [InlineData(Role.VoucherReviewer)]
    public async Task The_cashier_neither_writes_nor_reviews_vouchers(Role other)
    {
        await using TestBody body = await TestBody.New();
        long person = await Newcomer(body);
        await Grant(body, person, other);
        (await Refused(() => Grant(body, person, Role.Cashier))).ShouldBe(GrantRole.Incompatible);
        long cashier = await Newcomer(body, "cashier");
        await Grant(body, cashier, Role.Cashier);
        (await Refused(() => Grant(body, cashier, other))).ShouldBe(GrantRole.Incompatible);
    }

    [Fact]
    public async Task Two_administrators_at_once_cannot_make_one_person_cashier_and_reviewer()
    {
        await using TestBody body = await TestBody.New();
        long person = await Newcomer(body);
        Task[] both =
        [
            Task.Run(() => Grant(body, person, Role.Cashier)),
            Task.Run(() => Grant(body, person, Role.VoucherReviewer)),
        ];
        await Task.WhenAll(both.Select(task => task.ContinueWith(_ => { }, TaskScheduler.Default)));
        both.Count(task => task.IsCompletedSuccessfully).ShouldBe(1);
    }

    [Fact]
    public async Task Nobody_grants_a_role_to_oneself()
    {
        await using TestBody body = await TestBody.New();
        (await Refused(() => Propose(body.Accountant, 1))).ShouldBe(ProposeRole.ForOneself);
    }

    [Fact]
    public async Task Only_an_administrator_grants_roles()
    {
        await using TestBody body = await TestBody.New();
        (await Refused(() => Propose(body.FinanceOfficer, 1))).ShouldBe(Need.Missing);
        (await Refused(() => Grant(body, 1, Role.VoucherReviewer, by: body.Accountant))).ShouldBe(Need.SignIn);
    }

    [Fact]
    public async Task An_administrator_of_one_fund_does_not_exist()
    {
        await using TestBody body = await TestBody.New();
        (await Refused(() => Grant(body, 3, Role.Admin, TestBody.Community))).ShouldBe(GrantRole.AdminOfAll);
    }

    [Fact]
    public async Task A_role_that_is_held_already_is_not_granted_again_but_may_be_widened()
    {
        await using TestBody body = await TestBody.New();
        long person = await Newcomer(body);
        await Grant(body, person, Role.Panel, TestBody.Community);
        (await Refused(() => Grant(body, person, Role.Panel, TestBody.Community))).ShouldBe(GrantRole.HeldAlready);
        await Grant(body, person, Role.Panel);
        (await Refused(() => Grant(body, person, Role.Panel, TestBody.Children))).ShouldBe(GrantRole.HeldAlready);
    }

    [Fact]
    public async Task The_end_of_a_role_is_not_before_its_beginning()
    {
        await using TestBody body = await TestBody.New();
        (await Refused(() => Grant(body, 3, Role.Panel, until: new LocalDate(2025, 12, 31)))).ShouldBe(GrantRole.BadDates);
        (await Refused(() => Grant(body, 3, Role.Panel, until: new LocalDate(9999, 12, 31)))).ShouldBe(GrantRole.BadDates);
    }

    [Fact]
    public async Task A_role_ends_after_its_last_day()
    {
        await using TestBody body = await TestBody.New();
        long person = await Newcomer(body);
        await Grant(body, person, Role.VoucherReviewer, until: new LocalDate(2026, 3, 20));
        long voucher = await PrepareGift(body, 5), later = await PrepareGift(body, 6);
        await body.Foundation.SessionOf(person, body.Book).Run(new ReviewVoucher(TestBody.Key, voucher));

        // Four in the afternoon of the 20th in London is the 21st in Shanghai.
        body.Clock.Now = Instant.FromUtc(2026, 3, 20, 16, 0);
        (await Refused(() => body.Foundation.SessionOf(person, body.Book).Run(new ReviewVoucher(TestBody.Key, later)))).ShouldBe(Need.Missing);
    }

    [Fact]
    public async Task A_role_works_from_its_first_day()
    {
        await using TestBody body = await TestBody.New();
        long person = await Newcomer(body);
        await body.Operator.Run(new GrantRole(TestBody.Key, person, Role.Panel, null, new LocalDate(2026, 3, 21), null));
        FundSession early = body.Foundation.SessionOf(person, body.Book);
        (await Refused(() => early.Ask(new FundNumbers()))).ShouldBe(Need.Missing);
        body.Clock.Now = Instant.FromUtc(2026, 3, 20, 16, 0);
        (await early.Ask(new FundNumbers())).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task A_role_on_a_fund_reaches_the_funds_below_and_not_those_beside()
    {
        await using TestBody body = await TestBody.New();
        int child = await Fund(body, "C03", TestBody.Community), grandchild = await Fund(body, "C04", child);
        long person = await Newcomer(body);
        await Grant(body, person, Role.Accountant, TestBody.Community);
        FundSession session = body.Foundation.SessionOf(person, body.Book);
        await body.Gift(grandchild, 100, Restriction.Unrestricted);
        await body.PrepareExpense(grandchild, 10, session);
        (await Refused(() => body.PrepareExpense(TestBody.Children, 10, session))).ShouldBe(Need.OutsideFund);
        (await Refused(() => body.PrepareExpense(TestBody.General, 10, session))).ShouldBe(Need.OutsideFund);
        IReadOnlyList<FundNumber> seen = await session.Ask(new FundNumbers());
        seen.Select(fund => (fund.FundId, fund.Depth)).ShouldBe([(TestBody.Community, 0), (child, 1), (grandchild, 2)]);
        (await session.Ask(new FundExplained(child))).Parent.ShouldBe("幸福里社区基金");
        (await Refused(() => session.Ask(new FundExplained(TestBody.Children)))).ShouldBe(Need.OutsideFund);
    }

    [Fact]
    public async Task Who_keeps_a_part_of_the_tree_sees_its_entries_only()
    {
        await using TestBody body = await TestBody.New();
        long person = await Newcomer(body);
        await Grant(body, person, Role.FinanceOffice, TestBody.Community);
        FundSession session = body.Foundation.SessionOf(person, body.Book);
        await body.Gift(TestBody.Children, 70, Restriction.Restricted);
        await body.Gift(TestBody.Community, 30, Restriction.Unrestricted);
        (await session.Ask(new LastEntries())).Select(entry => entry.Amount).ShouldBe([Amount.Yuan(30)]);
        (await session.Ask(new LastEntries(10, TestBody.Children))).ShouldBeEmpty();
        (await body.Accountant.Ask(new LastEntries())).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_role_on_a_deeper_fund_shows_it_at_the_root()
    {
        await using TestBody body = await TestBody.New();
        int child = await Fund(body, "C03", TestBody.Community);
        long person = await Newcomer(body);
        await Grant(body, person, Role.FinanceOffice, child);
        FundSession session = body.Foundation.SessionOf(person, body.Book);
        (await session.Ask(new FundNumbers())).Select(fund => (fund.FundId, fund.Depth)).ShouldBe([(child, 0)]);
        (await session.Ask(new FundExplained(child))).Parent.ShouldBeNull();
    }

    [Fact]
    public async Task An_ended_role_is_gone_at_once_and_cannot_end_twice()
    {
        await using TestBody body = await TestBody.New();
        long grant = (await One(body, 4)).Roles.Single().Grant;
        long voucher = await PrepareGift(body, 5);
        await body.Accountant.Run(new EndRole(TestBody.Key, grant));
        (await Refused(() => body.SecondReviewer.Run(new ReviewVoucher(TestBody.Key, voucher)))).ShouldBe(Need.Missing);
        (await One(body, 4)).Roles.ShouldBeEmpty();
        (await Refused(() => body.Accountant.Run(new EndRole(TestBody.Key, grant)))).ShouldBe(EndRole.Unknown);
    }

    [Fact]
    public async Task One_administrator_for_good_remains()
    {
        await using TestBody body = await TestBody.New();
        long first = await AdminGrant(body, 1), second = await AdminGrant(body, 2);
        await body.Accountant.Run(new EndRole(TestBody.Key, second));
        await Grant(body, 3, Role.Admin, until: new LocalDate(2026, 12, 31));
        (await Refused(() => body.Accountant.Run(new EndRole(TestBody.Key, first)))).ShouldBe(EndRole.LastAdmin);
        await Grant(body, 4, Role.Admin);
        await body.Accountant.Run(new EndRole(TestBody.Key, first));
    }

    [Fact]
    public async Task Two_administrators_cannot_end_each_other_at_once()
    {
        await using TestBody body = await TestBody.New();
        long first = await AdminGrant(body, 1), second = await AdminGrant(body, 2);
        Task[] both =
        [
            Task.Run(() => body.Accountant.Run(new EndRole(TestBody.Key, second))),
            Task.Run(() => body.Reviewer.Run(new EndRole(TestBody.Key, first))),
        ];
        await Task.WhenAll(both.Select(task => task.ContinueWith(_ => { }, TaskScheduler.Default)));
        both.Count(task => task.IsCompletedSuccessfully).ShouldBe(1);
    }

    private static Task<long> PrepareGift(TestBody body, decimal yuan) => body.Accountant.Run(new RecordDonation(
        TestBody.Key, TestBody.Community, "", PersonKind.Person, Amount.Yuan(yuan), new LocalDate(2026, 3, 2), TestBody.Bank,
        Restriction.Unrestricted, "", "捐赠", null));

    private static async Task<SignInPerson> One(TestBody body, long person) =>
        (await body.Accountant.Ask(new PeopleList(1, 1, person))).Items.Single();

    private static async Task<long> AdminGrant(TestBody body, long person) =>
        (await One(body, person)).Roles.Single(role => role.Role == Role.Admin).Grant;

    private static Task<long> Newcomer(TestBody body, string userName = "newcomer") =>
        body.Accountant.Run(new AddLogin(TestBody.Key, new NewLogin("新人", userName, TestBody.Password)));

    private static Task<int> Fund(TestBody body, string code, int parent) =>
        body.Accountant.Run(new CreateFund(TestBody.Key, code, $"基金{code}", FundKind.Micro, parent, Restriction.Unrestricted, ""));

    private static Task<long> Propose(FundSession by, long person) =>
        by.Run(new ProposeRole(TestBody.Key, person, Role.VoucherReviewer, null, FirstDay, null));

    private static Task<long> Grant(
        TestBody body, long person, Role role, int? fund = null, LocalDate? until = null, FundSession? by = null) =>
        (by ?? body.Operator).Run(new GrantRole(TestBody.Key, person, role, fund, FirstDay, until));

    private static async Task<string> Refused(Func<Task> work) => (await Should.ThrowAsync<RefusedException>(work)).Refusal.Code;
}
