using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace OtelPipeline.Testing;

/// <summary>Writes what an assembly promises to its users, one line per type and member, in an order that does not depend on the code's.</summary>
internal static class PublicApiText
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly NullabilityInfoContext s_nullability = new();

    public static string Of(Assembly assembly)
    {
        var lines = new List<string>();
        foreach (var type in assembly.GetExportedTypes().OrderBy(static t => t.FullName, StringComparer.Ordinal))
        {
            lines.Add(Type(type));
            if (typeof(Delegate).IsAssignableFrom(type))
                continue;
            lines.AddRange(Members(type).Select(static m => "    " + m).Distinct().Order(StringComparer.Ordinal));
        }

        return string.Join('\n', lines) + "\n";
    }

    private static string Type(Type type)
    {
        var kind =
            type.IsEnum ? "enum"
            : typeof(Delegate).IsAssignableFrom(type) ? "delegate"
            : type.IsInterface ? "interface"
            : type.IsValueType ? (type.IsDefined(typeof(IsReadOnlyAttribute)) ? "readonly struct" : "struct")
            : type is { IsAbstract: true, IsSealed: true } ? "static class"
            : type.IsAbstract ? "abstract class"
            : type.IsSealed ? "sealed class"
            : "class";
        var bases = new List<string>();
        if (type is { IsClass: true, BaseType: { } parent } && parent != typeof(object))
            bases.Add(Name(parent));
        if (type.IsEnum)
            bases.Add(Name(Enum.GetUnderlyingType(type)));
        else
            bases.AddRange(type.GetInterfaces().Where(static i => i.IsVisible).Select(static i => Name(i)).Order(StringComparer.Ordinal));
        var signature = kind == "delegate" ? " = " + Signature(type.GetMethod("Invoke")!) : "";
        var list = bases.Count == 0 || kind == "delegate" ? "" : " : " + string.Join(", ", bases);
        return Attributes(type)
            + kind
            + " "
            + type.Namespace
            + "."
            + Name(type)
            + list
            + Constraints(type.GetGenericArguments())
            + signature;
    }

    private static IEnumerable<string> Members(Type type)
    {
        foreach (var field in type.GetFields(Declared).Where(static f => IsVisible(f) && !f.IsSpecialName))
        {
            var value = field.IsLiteral ? " = " + Literal(field.GetRawConstantValue()) : "";
            if (type.IsEnum)
                yield return field.Name + value;
            else
                yield return $"{Attributes(field)}{Access(field.IsFamily || field.IsFamilyOrAssembly)}{(field.IsLiteral ? "const " : field.IsStatic ? "static " : "")}"
                    + $"{(field is { IsInitOnly: true } ? "readonly " : "")}{Name(field.FieldType, s_nullability.Create(field))} {field.Name}{value}";
        }

        foreach (var property in type.GetProperties(Declared))
        {
            var accessors = property.GetAccessors(nonPublic: true).Where(IsVisible).ToArray();
            if (accessors.Length == 0)
                continue;
            var set = property.SetMethod is { } setter && IsVisible(setter) ? (IsInit(setter) ? " init;" : " set;") : "";
            var get = property.GetMethod is { } getter && IsVisible(getter) ? " get;" : "";
            var index = property.GetIndexParameters() is { Length: > 0 } parameters ? $"[{Parameters(parameters)}]" : "";
            var required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";
            yield return $"{Attributes(property)}{Modifiers(accessors[0])}{required}{Name(property.PropertyType, s_nullability.Create(property))} {property.Name}{index} {{{get}{set} }}";
        }

        foreach (var e in type.GetEvents(Declared).Where(static e => e.AddMethod is { } add && IsVisible(add)))
            yield return $"{Attributes(e)}{Modifiers(e.AddMethod!)}event {Name(e.EventHandlerType!)} {e.Name}";
        foreach (var constructor in type.GetConstructors(Declared).Where(static c => IsVisible(c) && !c.IsStatic))
            yield return $"{Attributes(constructor)}{Access(constructor.IsFamily || constructor.IsFamilyOrAssembly)}{type.Name.Split('`')[0]}({Parameters(constructor.GetParameters())})";
        foreach (var method in type.GetMethods(Declared).Where(IsVisible))
        {
            var isAccessor = method.IsSpecialName && !method.Name.StartsWith("op_", StringComparison.Ordinal);
            if (!isAccessor && !method.Name.Contains('<', StringComparison.Ordinal))
                yield return Attributes(method) + Modifiers(method) + Signature(method);
        }
    }

    private static string Signature(MethodInfo method)
    {
        var generics = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(static a => a.Name))}>" : "";
        var constraints = method.IsGenericMethod ? Constraints(method.GetGenericArguments()) : "";
        var extension = method.IsDefined(typeof(ExtensionAttribute)) ? "this " : "";
        return $"{Name(method.ReturnType, s_nullability.Create(method.ReturnParameter))} {method.Name}{generics}({extension}{Parameters(method.GetParameters())}){constraints}";
    }

    private static string Parameters(ParameterInfo[] parameters) =>
        string.Join(
            ", ",
            parameters.Select(static p =>
            {
                var by =
                    p.IsOut ? "out "
                    : p.IsIn ? "in "
                    : p.ParameterType.IsByRef ? "ref "
                    : p.IsDefined(typeof(ParamArrayAttribute)) || p.IsDefined(typeof(ParamCollectionAttribute)) ? "params "
                    : "";
                var type = p.ParameterType.IsByRef ? p.ParameterType.GetElementType()! : p.ParameterType;
                var value = p.HasDefaultValue
                    ? " = " + (p.DefaultValue is null && type.IsValueType ? "default" : Literal(p.DefaultValue))
                    : "";
                return $"{Attributes(p)}{by}{Name(type, s_nullability.Create(p))} {p.Name}{value}";
            })
        );

    private static string Constraints(Type[] arguments)
    {
        var all = "";
        foreach (var argument in arguments.Where(static a => a.IsGenericParameter))
        {
            var flags = argument.GenericParameterAttributes;
            var isStruct = flags.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint);
            var constraints = argument
                .GetGenericParameterConstraints()
                .Where(static c => c != typeof(ValueType))
                .Select(static c => Name(c))
                .ToList();
            if (flags.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint))
                constraints.Insert(0, "class");
            if (isStruct)
                constraints.Insert(0, "struct");
            else if (flags.HasFlag(GenericParameterAttributes.DefaultConstructorConstraint))
                constraints.Add("new()");
            if (constraints.Count > 0)
                all += $" where {argument.Name} : {string.Join(", ", constraints)}";
        }

        return all;
    }

    private static string Modifiers(MethodInfo method)
    {
        var access = Access(method.IsFamily || method.IsFamilyOrAssembly);
        if (method.IsStatic)
            return access + "static ";
        if (method.IsAbstract)
            return access + (method.DeclaringType!.IsInterface ? "" : "abstract ");
        if (!method.IsVirtual || method.IsFinal)
            return access;
        return access + (method.GetBaseDefinition() != method ? "override " : "virtual ");
    }

    private static string Access(bool isProtected) => isProtected ? "protected " : "";

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static bool IsVisible(FieldInfo field) => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly;

    private static bool IsInit(MethodInfo setter) => setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));

    // attributes that change how the compiler or a user treats the member
    private static string Attributes(ICustomAttributeProvider member)
    {
        var text = "";
        foreach (var attribute in member.GetCustomAttributes(inherit: false).OrderBy(static a => a.GetType().Name, StringComparer.Ordinal))
        {
            text += attribute switch
            {
                ObsoleteAttribute o => $"[Obsolete(\"{o.Message}\"{(o.IsError ? ", error" : "")})] ",
                FlagsAttribute => "[Flags] ",
                OverloadResolutionPriorityAttribute p => $"[OverloadResolutionPriority({p.Priority})] ",
                CallerMemberNameAttribute => "[CallerMemberName] ",
                CallerFilePathAttribute => "[CallerFilePath] ",
                CallerLineNumberAttribute => "[CallerLineNumber] ",
                _ when attribute.GetType().Name
                        is "ExperimentalAttribute"
                            or "RequiresUnreferencedCodeAttribute"
                            or "RequiresDynamicCodeAttribute" =>
                    $"[{attribute.GetType().Name.Replace("Attribute", "", StringComparison.Ordinal)}] ",
                _ => "",
            };
        }

        return text;
    }

    private static string Name(Type type, NullabilityInfo? nullability = null)
    {
        if (type.IsByRef)
            return "ref " + Name(type.GetElementType()!, nullability?.ElementType ?? nullability);
        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return Name(underlying, nullability?.GenericTypeArguments.FirstOrDefault()) + "?";
        var mark = nullability is { ReadState: NullabilityState.Nullable } && !type.IsValueType && !type.IsGenericParameter ? "?" : "";
        if (type.IsArray)
            return Name(type.GetElementType()!, nullability?.ElementType) + "[]" + mark;
        var keyword = Keyword(type);
        if (keyword is not null)
            return keyword + mark;
        var name = type.IsNested && !type.IsGenericParameter ? Name(type.DeclaringType!) + "." + type.Name : type.Name;
        if (!type.IsGenericType)
            return name + mark;
        var arguments = type.GetGenericArguments();
        var nullabilities = nullability?.GenericTypeArguments ?? [];
        return $"{name.Split('`')[0]}<{string.Join(", ", arguments.Select((a, i) => Name(a, nullabilities.ElementAtOrDefault(i))))}>{mark}";
    }

    private static string? Keyword(Type type) =>
        type.IsEnum ? null
        : type == typeof(void) ? "void"
        : type == typeof(object) ? "object"
        : System.Type.GetTypeCode(type) switch
        {
            TypeCode.Boolean => "bool",
            TypeCode.Byte => "byte",
            TypeCode.SByte => "sbyte",
            TypeCode.Char => "char",
            TypeCode.Int16 => "short",
            TypeCode.UInt16 => "ushort",
            TypeCode.Int32 => "int",
            TypeCode.UInt32 => "uint",
            TypeCode.Int64 => "long",
            TypeCode.UInt64 => "ulong",
            TypeCode.Single => "float",
            TypeCode.Double => "double",
            TypeCode.Decimal => "decimal",
            TypeCode.String => "string",
            _ => null,
        };

    private static string Literal(object? value) =>
        value switch
        {
            null => "null",
            string text => $"\"{text}\"",
            bool flag => flag ? "true" : "false",
            Enum e => $"{e.GetType().Name}.{e}",
            _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
        };
}
