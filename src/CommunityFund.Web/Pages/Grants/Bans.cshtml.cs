using CommunityFund.Books;
using CommunityFund.Grants.Bans;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;
using NodaTime.Text;

namespace CommunityFund.Web.Pages.Grants;

/// <summary>Who may not apply and why; banning and lifting.</summary>
public sealed class BansModel : RegisterPage
{
    [BindProperty]
    public BanFields Form { get; set; } = new();

    [BindProperty]
    public long Ban { get; set; }

    [BindProperty]
    public string? Reason { get; set; }

    public BanRegister? View { get; private set; }

    /// <summary>Whether the form for a ban was sent, so that it stays open.</summary>
    public bool Open { get; private set; }

    public bool ReadsPapers { get; private set; }

    public string FromType => TypeOf(Form.From);

    public string UntilType => TypeOf(Form.Until);

    public async Task OnGetAsync()
    {
        await Load();
        Form = Form with { From = View is null ? null : LocalDatePattern.Iso.Format(View.Today) };
    }

    public async Task<IActionResult> OnPostAsync()
    {
        Open = true;
        (LocalDate from, LocalDate until) = (Day("Form.From", Form.From), Day("Form.Until", Form.Until));
        return await Do(async () =>
        {
            await Session.Run(new ImposeBan(FormKey, Form.Name ?? "", Form.Kind, Form.Clause ?? "", Form.Evidence ?? "", Form.Resolution ?? "", from,
                until, Enclosed.Enclosures), Ct);
            return "bans.said-imposed";
        }, Load, new { });
    }

    public Task<IActionResult> OnPostLiftAsync() => Do(async () =>
    {
        await Session.Run(new LiftBan(FormKey, Ban, Reason ?? ""), Ct);
        return "bans.said-lifted";
    }, Load, new { });

    private async Task Load()
    {
        await Try(async () => View = await Session.Ask(new BanList(), Ct));
        ReadsPapers = (await WhoAmI()).Is(Role.Accountant, Role.VoucherReviewer, Role.FinanceOffice, Role.Panel, Role.Admin);
    }
}

/// <summary>What is typed for a ban.</summary>
public sealed record BanFields
{
    public string? Name { get; init; }

    public PersonKind Kind { get; init; }

    public string? Clause { get; init; }

    public string? Evidence { get; init; }

    public string? Resolution { get; init; }

    public string? From { get; init; }

    public string? Until { get; init; }
}
