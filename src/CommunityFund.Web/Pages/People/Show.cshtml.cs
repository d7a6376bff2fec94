using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Funds;
using CommunityFund.Ledger;
using CommunityFund.People;
using CommunityFund.Web.Hosting;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;
using NodaTime.Text;

namespace CommunityFund.Web.Pages.People;

/// <summary>One person: roles to grant and to end, and a new password.</summary>
public sealed class ShowModel(Foundation foundation) : FundPage
{
    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    [BindProperty]
    public RoleForm Form { get; set; } = new();

    public SignInPerson? Person { get; private set; }

    public IReadOnlyList<FundNumber> Funds { get; private set; } = [];

    public MadePassword? Made { get; private set; }

    public IReadOnlyList<OpenSession> Sessions { get; private set; } = [];

    /// <summary>A keeper's role was ended just now: what she leaves is handed over by a list.</summary>
    [TempData]
    public string? HandsOver { get; set; }

    public async Task OnGetAsync()
    {
        await Load();
        Form = new RoleForm { From = LocalDatePattern.Iso.Format((await WhoAmI()).Today) };
    }

    public async Task<IActionResult> OnPostGrantAsync()
    {
        Role? role = Codes.Find<Role>(Form.Role ?? "");
        LocalDate from = Read("Form.From", () => Day(Form.From));
        LocalDate? until = string.IsNullOrWhiteSpace(Form.Until) ? null : Read<LocalDate?>("Form.Until", () => Day(Form.Until));
        if (role is null)
        {
            ModelState.AddModelError("Form.Role", W["people.choose-role"]);
        }

        int? fund = int.TryParse(Form.Fund, CultureInfo.InvariantCulture, out int id) ? id : null;
        return ModelState.IsValid && role is { } chosen
            && await Try(() => Session.Run(new ProposeRole(FormKey, Id, chosen, fund, from, until), Ct))
            ? Back(W["people.granted", chosen])
            : await Again();
    }

    public async Task<IActionResult> OnPostEndAsync(long grant)
    {
        await Load();
        Role? ended = Person?.Roles.FirstOrDefault(role => role.Grant == grant)?.Role;
        if (!await Try(() => Session.Run(new EndRole(FormKey, grant), Ct)))
        {
            return await Again();
        }

        HandsOver = ended is { } role && DrawUpHandover.Keepers.Contains(role) ? Codes.Kebab(role) : null;
        return Back(W["people.ended"]);
    }

    public async Task<IActionResult> OnPostProposeResetAsync(bool totp) =>
        await Try(() => Session.Run(new ProposeReset(FormKey, Id, totp), Ct)) ? Back(W["proposals.proposed"]) : await Again();

    public async Task<IActionResult> OnPostSignOutAsync() =>
        await Try(() => Session.Run(new EndSessionsOf(FormKey, Id), Ct)) ? Back(W["sessions.ended"]) : await Again();

    public async Task<IActionResult> OnPostResetAsync()
    {
        string password = FirstPassword.For(foundation, FormKey, $"{Session.Actor} reset {Id}");
        bool done = await Try(() => Session.Run(new ResetPassword(FormKey, Id, password), Ct));
        await Load();
        Made = done && Person is { } person ? new MadePassword(Id, person.Name, person.UserName, password) : null;
        return Page();
    }

    private static LocalDate Day(string? typed) => LocalDatePattern.Iso.Parse((typed ?? "").Trim()) is { Success: true } day
        ? day.Value
        : throw new RefusedException(GrantRole.BadDates);

    private RedirectToPageResult Back(string said)
    {
        Said = said;
        return RedirectToPage(new { id = Id });
    }

    private async Task<IActionResult> Again()
    {
        await Load();
        return Page();
    }

    private async Task Load()
    {
        Refusal? before = Refusal;
        await Try(async () =>
        {
            Person = (await Session.Ask(new PeopleList(1, 1, Id), Ct)).Items.SingleOrDefault()
                ?? throw new RefusedException(GrantRole.UnknownPerson);
            Sessions = await Session.Ask(new SessionList("", Id), Ct);
            Funds = [.. (await Session.Ask(new FundNumbers(), Ct)).Where(fund => fund.IsOwn)];
        });
        Shown = before ?? Refusal;
    }

    /// <summary>What was refused first.</summary>
    public Refusal? Shown { get; private set; }
}

/// <summary>What is typed to grant a role; Until may stay empty.</summary>
public sealed record RoleForm
{
    public string? Role { get; init; }

    public string? Fund { get; init; }

    public string? From { get; init; }

    public string? Until { get; init; }
}
