using CommunityFund.Books;
using CommunityFund.Grants;
using CommunityFund.Grants.Registers;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Mvc;
using NodaTime;

namespace CommunityFund.Web.Pages.GrantRegisters;

/// <summary>A register of running grants as its page shows it.</summary>
public sealed record ShownRegister(RegisterHead Head, RegisterTable Table, int Total);

/// <summary>What the pages of the registers share: what is asked for, the rows, and the same as a workbook.</summary>
public abstract class GrantRegisterPage : RegisterPage
{
    [BindProperty(SupportsGet = true, Name = "fund")]
    public int? Fund { get; set; }

    [BindProperty(SupportsGet = true, Name = "round")]
    public long? Round { get; set; }

    [BindProperty(SupportsGet = true, Name = "person")]
    public long? Person { get; set; }

    [BindProperty(SupportsGet = true, Name = "grant")]
    public long? Grant { get; set; }

    [BindProperty(SupportsGet = true, Name = "state")]
    public GrantState? State { get; set; }

    [BindProperty(SupportsGet = true, Name = "asof")]
    public string? AsOf { get; set; }

    [BindProperty(SupportsGet = true, Name = "p")]
    public int Number { get; set; } = 1;

    public ShownRegister? View { get; private set; }

    /// <summary>Whether a day in the past can be asked for.</summary>
    public virtual bool HasDay => false;

    /// <summary>Whether the register knows rounds, people and states.</summary>
    public virtual bool HasGrants => true;

    /// <summary>A choice that this register has alone: its name, and each value with its words.</summary>
    public virtual (string Name, string Label, string? Chosen, IReadOnlyList<(string Value, string Text)> Values)? Own => null;

    public bool IsFiltered => Fund is not null || Round is not null || Person is not null || Grant is not null || State is not null
        || !string.IsNullOrEmpty(AsOf) || Own is { Chosen.Length: > 0 };

    public static string DayType(string? day) => TypeOf(day);

    public Task OnGetAsync() => Load(takes: false);

    public async Task<IActionResult> OnGetWorkbookAsync() => await Load(takes: true) && View is { } view
        ? File(GrantRegisterWorkbook.Draw(view.Head, view.Table, view.Total, W), Xlsx, GrantRegisterWorkbook.FileName(view.Head, view.Table))
        : Page();

    /// <summary>This address, or another register's, with what is asked for.</summary>
    public string Link(string path, params IReadOnlyList<(string Name, string? Value)> other)
    {
        QueryBuilder query = [];
        foreach ((string name, string? value) in new (string, string?)[]
        {
            ("fund", $"{Fund}"), ("round", $"{Round}"), ("person", $"{Person}"), ("grant", $"{Grant}"), ("state", $"{State}"), ("asof", AsOf),
        }.Where(part => other.All(each => each.Name != part.Item1)).Concat(other).Where(part => !string.IsNullOrEmpty(part.Item2)))
        {
            query.Add(name, value!);
        }

        return Request.PathBase + path + query.ToQueryString();
    }

    protected abstract Task<ShownRegister> Ask(RegisterFilter filter, bool takes);

    /// <summary>Asks, or takes away, which wants a proof and is logged.</summary>
    protected Task<T> Answer<T>(Query<T> query, bool takes) => takes ? Session.Download(query, Ct) : Session.Ask(query, Ct);

    private async Task<bool> Load(bool takes)
    {
        LocalDate? day = HasDay && !string.IsNullOrWhiteSpace(AsOf) ? Day(nameof(AsOf), AsOf) : null;
        bool isGood = ModelState.IsValid;
        RegisterFilter filter = new(Fund, HasGrants ? Round : null, HasGrants ? Person : null, HasGrants ? State : null, HasGrants ? Grant : null,
            isGood ? day : null, takes ? 1 : Math.Max(1, Number), takes ? RegisterFilter.Most : RegisterFilter.Shown);
        return await Try(async () => View = await Ask(filter, takes && isGood)) && isGood;
    }
}
